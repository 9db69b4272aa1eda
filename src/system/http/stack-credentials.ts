import type {Dispatcher} from 'undici';
import {SutraError} from '../../errors.js';
import {pinned} from '../tls/pinned-certificate.js';
import {sharedStackAgent, stackAgent} from './stack-agent.js';

/** What this command needs to talk to its own stack. */
export interface StackCredentials {
  /** `http://127.0.0.1:8901`: where they are presented, and nowhere else. */
  origins: string[];
  /** Those origins want a key. */
  wantsKey: boolean;
  apiKey: string | null;
  /** The stack's certificate chain, trusted at those origins exactly and instead of the system's; empty: no TLS. */
  certificates: string[];
}

interface Presented {
  headers: Record<string, string>;
  dispatcher: Dispatcher;
}

/** A command works on one stack: what is known of it holds for all its calls. */
const known = new Map<string, StackCredentials & {dispatcher: Dispatcher}>();

/** From now on every call of this command to these origins presents the key and trusts the certificate. */
export function useCredentials(credentials: StackCredentials): void {
  const dispatcher = credentials.certificates.length === 0 ? sharedStackAgent : trusting(credentials.certificates);
  for (const origin of credentials.origins) known.set(origin, {...credentials, dispatcher});
}

/** What a call to `url` takes with it; no key where it is not the stack's. Never a proxy. Throws USAGE where a key is wanted and there is none. */
export function credentialsFor(url: string): Presented {
  const found = known.get(new URL(url).origin);
  if (found === undefined) return {headers: {}, dispatcher: sharedStackAgent};
  if (found.wantsKey && found.apiKey === null) throw keyMissing();
  const headers: Record<string, string> = found.wantsKey ? {authorization: `Bearer ${found.apiKey}`} : {};
  return {headers, dispatcher: found.dispatcher};
}

/** The certificate chain that is trusted at `url`; empty where it has none of its own. */
export function certificatesFor(url: string): string[] {
  return known.get(new URL(url).origin)?.certificates ?? [];
}

function keyMissing(): SutraError {
  return new SutraError('USAGE', 'this stack requires an API key', {cure: keyCure});
}

/** A 401 to a call that presented what `credentialsFor` gave. */
export function keyRefused(url: string): SutraError {
  return new SutraError('USAGE', `${url} rejects the API key in SUTRA_API_KEY, or requires one that is not set`, {
    cure: keyCure,
  });
}

const keyCure =
  'set SUTRA_API_KEY to one of the keys the stack was deployed with, as in: SUTRA_API_KEY=... sutra validate';

/** Trust in exactly one server: whose certificate it is, whatever its name. */
function trusting(certificates: string[]): Dispatcher {
  return stackAgent({connect: pinned(certificates)});
}
