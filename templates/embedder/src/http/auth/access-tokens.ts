import {createPublicKey, type KeyObject} from 'node:crypto';
import {type AccessRole, accessClaimsSchema, tokenAlgorithm, tokenIssuer} from '@sutra/contract/access-token';
import {LRUCache} from 'lru-cache';

/** The role that a token gives; null where its signature, its time or its claims are not good. */
export type TokenCheck = (token: string) => AccessRole | Promise<AccessRole | null>;

/** Tokens whose signature was checked already, at most: a check takes about 0.1 ms, a look-up 0.001. */
const remembered = 1_000;

/** Checks tokens against the public keys of the API keys. A good one is remembered until it expires. */
export function tokenCheck(publicKeys: readonly Buffer[]): TokenCheck {
  const keys = new Map(publicKeys.map((key) => [key.toString('base64url'), keyObject(key)]));
  const good = new LRUCache<string, AccessRole>({max: remembered});
  return (token) => {
    const role = good.get(token);
    if (role !== undefined) return role;
    return verified(token, keys).then((found) => {
      if (found === null) return null;
      const leftMs = found.expiresAtSeconds * 1_000 - Date.now();
      if (leftMs > 0) good.set(token, found.role, {ttl: leftMs});
      return found.role;
    });
  };
}

async function verified(token: string, keys: ReadonlyMap<string, KeyObject>) {
  // With the first token: most stacks have none, and it takes 30 ms.
  const {jwtVerify} = await import('jose');
  try {
    const {payload} = await jwtVerify(
      token,
      ({kid = ''}) => keys.get(kid) ?? Promise.reject(new Error('unknown key')),
      {
        algorithms: [tokenAlgorithm],
        issuer: tokenIssuer,
        requiredClaims: ['exp', 'iat', 'sub'],
      },
    );
    const {roles} = accessClaimsSchema.parse(payload);
    const role: AccessRole = roles.includes('admin') ? 'admin' : 'reader';
    return {role, expiresAtSeconds: payload.exp ?? 0};
  } catch {
    return null;
  }
}

function keyObject(raw: Buffer): KeyObject {
  return createPublicKey({key: {kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url')}, format: 'jwk'});
}
