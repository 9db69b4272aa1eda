import {hash} from 'node:crypto';

/** Two ways to present an API key: `Authorization: Bearer KEY` and this header. */
export const apiKeyHeader = 'x-api-key';

/** Paths that answer without a key: what load balancers and supervisors ask. */
export const openPaths: readonly string[] = ['/health', '/ready'];

/** SHA-256 of a key, 32 bytes. Keys are random, so a slow hash would protect nothing and cost every request. */
export function apiKeyDigest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** The text of the file that services read: one digest a line in hex, sorted, each once. */
export function writeApiKeyFile(digests: readonly Buffer[]): string {
  const lines = new Set(digests.map((digest) => digest.toString('hex')));
  return [...lines]
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

/** The digests of such a file. Throws where a line is none, or where there is none at all: no keys are not a lock. */
export function readApiKeyFile(text: string): Buffer[] {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length === 0) throw new RangeError('holds no digest');
  return lines.map((line, index) => {
    if (!/^[0-9a-f]{64}$/.test(line)) throw new RangeError(`line ${index + 1} is not a SHA-256 digest in hex`);
    return Buffer.from(line, 'hex');
  });
}
