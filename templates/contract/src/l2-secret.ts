import {createHmac, hash, randomBytes, timingSafeEqual} from 'node:crypto';

// How the two ends of a connection show each other that they know the stack's secret, which itself is never sent:
//   client  hello {nonce}   the client's random bytes
//   shard   {challenge}     the shard's
//   client  prove {proof}   HMAC-SHA-256 of both under the secret
//   shard   {proof}         the same for the other direction: whoever took the shard's port cannot make it

export const l2NonceBytes = 32;
export const l2ProofBytes = 32;

export const l2Nonce = (): Buffer => randomBytes(l2NonceBytes);

/** What the client shows, and what the shard shows, once both have named their random bytes. */
export function l2Proof(secret: string, by: 'client' | 'shard', nonce: Uint8Array, challenge: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`sutra l2 ${by}\0`).update(nonce).update(challenge).digest();
}

export function isSameProof(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** From fewer characters an eavesdropper could guess it. */
export const cacheSecretLength = {least: 32, most: 512} as const;

export const newCacheSecret = (): string => randomBytes(32).toString('hex');

/** The secret in a file: its one line. Throws RangeError, which says nothing of the secret but its length. */
export function readCacheSecret(text: string): string {
  const secret = text.trim();
  const {least, most} = cacheSecretLength;
  if (secret.length < least || secret.length > most) {
    throw new RangeError(`holds ${secret.length} characters, and a secret has ${least} to ${most}`);
  }
  if (!/^[!-~]+$/.test(secret)) throw new RangeError('holds a space, a line break or a letter beyond ASCII');
  return secret;
}

/** A short name of a secret: another secret has another one, and the secret cannot be read from it. */
export const cacheSecretId = (secret: string): string => hash('sha256', `sutra l2 id\0${secret}`).slice(0, 12);
