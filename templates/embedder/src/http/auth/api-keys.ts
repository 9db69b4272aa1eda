import {timingSafeEqual} from 'node:crypto';
import {readFileSync} from 'node:fs';
import type {IncomingMessage} from 'node:http';
import {type AccessRole, isToken} from '@sutra/contract/access-token';
import {apiKeyDigest, apiKeyHeader, readApiKeyFile} from '@sutra/contract/api-keys';
import type {EmbedderEnvironment} from '@sutra/contract/embedder-environment';
import {ConfigurationError} from '../../environment.js';
import {tokenCheck} from './access-tokens.js';

/** The role of whoever sent a request: of its API key at once, of its access token after the signature was checked; null: neither counts. */
export type AccessCheck = (
  request: Pick<IncomingMessage, 'rawHeaders'>,
) => AccessRole | null | Promise<AccessRole | null>;

/**
 * The keys this service wants; null where it wants none, as a model behind others never does. Throws ConfigurationError
 * where it is to want some and cannot have them: it must not open for lack of a file.
 */
export function readAccess(env: EmbedderEnvironment): AccessCheck | null {
  const {SUTRA_ROLE: role, SUTRA_API_KEYS: wanted, SUTRA_API_KEY_FILE: path} = env;
  if (role === 'model' || (wanted === undefined && path === undefined)) return null;
  if (path === undefined)
    throw new ConfigurationError('SUTRA_API_KEY_FILE is not set, and SUTRA_API_KEYS asks for keys');
  const {digests, tokenKeys} = readKeys(path);
  const roleOfToken = tokenCheck(tokenKeys);
  return (request) => {
    const credential = presentedKey(request.rawHeaders);
    if (credential === null) return null;
    if (isToken(credential)) return roleOfToken(credential);
    return isOneOf(digests, apiKeyDigest(credential)) ? 'admin' : null;
  };
}

function readKeys(path: string): ReturnType<typeof readApiKeyFile> {
  try {
    return readApiKeyFile(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(`SUTRA_API_KEY_FILE is "${path}": ${reason}`);
  }
}

/** Looks at every digest, whichever matches, so that the time says nothing. */
function isOneOf(digests: readonly Buffer[], digest: Buffer): boolean {
  let matches = 0;
  for (const known of digests) matches += timingSafeEqual(known, digest) ? 1 : 0;
  return matches > 0;
}

const bearer = /^bearer +([^ ]+)$/i;

/**
 * The bearer token, else the key header. A header that comes twice presents nothing: whoever counts requests by key
 * before this service might count by the other one.
 */
function presentedKey(rawHeaders: readonly string[]): string | null {
  const authorization = onlyValue(rawHeaders, 'authorization');
  const plain = onlyValue(rawHeaders, apiKeyHeader);
  if (authorization === twice || plain === twice) return null;
  return bearer.exec(authorization ?? '')?.[1] ?? (plain || null);
}

const twice = Symbol('twice');

function onlyValue(rawHeaders: readonly string[], wanted: string): string | typeof twice | undefined {
  let found: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!isNamed(rawHeaders[i] ?? '', wanted)) continue;
    if (found !== undefined) return twice;
    found = rawHeaders[i + 1];
  }
  return found;
}

function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted;
}
