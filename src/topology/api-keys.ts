import {createHash} from 'node:crypto';
import {isToken} from '@sutra/contract/access-token';
import {apiKeyDigest} from '@sutra/contract/api-keys';
import {SutraError} from '../errors.js';

export const apiKeyVariable = 'SUTRA_API_KEY';
/** The value that asks for no keys, where the running stack has some. */
export const noApiKeys = 'off';

const leastLength = 16;
const mostLength = 512;
const mostKeys = 100;

/** What `SUTRA_API_KEY` says. `unset` and `off` both mean no keys; only `off` takes away those of a running stack. */
export type AskedKeys = {state: 'unset' | 'off'} | {state: 'keys'; keys: [string, ...string[]]};

/** Reads `SUTRA_API_KEY`: one key, or several with commas between. Throws USAGE; no message ever holds a key. */
export function parseApiKeys(text: string | undefined): AskedKeys {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return {state: 'unset'};
  if (trimmed === noApiKeys) return {state: 'off'};
  const [first = '', ...others] = trimmed.split(',').map((key) => key.trim());
  const keys: [string, ...string[]] = [first, ...others];
  for (const [index, key] of keys.entries()) refuseBadKey(key, keys.length === 1 ? 'the key' : `key ${index + 1}`);
  if (keys.length > mostKeys) throw unusable(`${keys.length} keys are too many: the limit is ${mostKeys}`);
  return {state: 'keys', keys};
}

/** A short name of a set of keys: another set has another one, and no key can be read from it. */
export function keysFingerprint(keys: readonly string[]): string {
  const digests = [...new Set(keys.map((key) => apiKeyDigest(key).toString('hex')))].sort();
  return createHash('sha256')
    .update(digests.map((digest) => `${digest}\n`).join(''))
    .digest('hex')
    .slice(0, 12);
}

/** A token ends, and belongs to a key: as a key of the stack it would open it for ever. Throws USAGE. */
export function refuseTokensAsKeys(keys: readonly string[]): void {
  if (keys.some(isToken)) throw unusable('an access token cannot be an API key of a stack');
}

function refuseBadKey(key: string, which: string): void {
  if (key.length < leastLength)
    throw unusable(`${which} has ${key.length} characters; at least ${leastLength} are needed`);
  if (key.length > mostLength) throw unusable(`${which} has ${key.length} characters; the limit is ${mostLength}`);
  if (!/^[!-~]+$/.test(key))
    throw unusable(`${which} contains a space or a non-ASCII character, which HTTP headers cannot carry`);
}

function unusable(reason: string): SutraError {
  return new SutraError('USAGE', `${apiKeyVariable}: ${reason}`, {
    cure: [`export ${apiKeyVariable}=$(openssl rand -hex 24)`, 'separate several keys with commas, without quotes'],
  });
}
