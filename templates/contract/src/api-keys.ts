import {hash} from 'node:crypto';

/** Two ways to present an API key: `Authorization: Bearer KEY` and this header. */
export const apiKeyHeader = 'x-api-key';

/** Paths that answer without a key: what load balancers and supervisors ask. */
export const openPaths: readonly string[] = ['/health', '/ready'];

/** SHA-256 of a key, 32 bytes. Keys are random, so a slow hash would protect nothing and cost every request. */
export function apiKeyDigest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** What services know of one API key; neither part tells the key. */
export interface KnownKey {
  /** SHA-256 of the key, 32 bytes. */
  digest: Buffer;
  /** Ed25519 public key of the tokens that were made with this key, 32 bytes. */
  tokenKey: Buffer;
}

const digestLine = /^[0-9a-f]{64}$/;
const tokenKeyLine = /^ed25519 ([\w-]{43})$/;

/** The text of the file that services read: for each key one line with its digest in hex and one with its token key. */
export function writeApiKeyFile(keys: readonly KnownKey[]): string {
  const lines = keys.flatMap(({digest, tokenKey}) => [
    digest.toString('hex'),
    `ed25519 ${tokenKey.toString('base64url')}`,
  ]);
  return [...new Set(lines)]
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

/** The digests and token keys of such a file. Throws where a line is neither, or where there is no digest: no keys are not a lock. */
export function readApiKeyFile(text: string): {digests: Buffer[]; tokenKeys: Buffer[]} {
  const digests: Buffer[] = [];
  const tokenKeys: Buffer[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const tokenKey = tokenKeyLine.exec(line)?.[1];
    if (digestLine.test(line)) digests.push(Buffer.from(line, 'hex'));
    else if (tokenKey !== undefined) tokenKeys.push(Buffer.from(tokenKey, 'base64url'));
    else if (line !== '')
      throw new RangeError(`line ${index + 1} is neither a SHA-256 digest in hex nor an Ed25519 public key`);
  }
  if (digests.length === 0) throw new RangeError('holds no digest');
  return {digests, tokenKeys};
}
