import {createPrivateKey, createPublicKey, hkdfSync, type KeyObject} from 'node:crypto';
import {type AccessRole, tokenAlgorithm, tokenIssuer} from '@sutra/contract/access-token';
import {SignJWT} from 'jose';

/** The key pair that signs the access tokens of one API key. */
export interface TokenKey {
  privateKey: KeyObject;
  /** 32 bytes: what services know. */
  publicKey: Buffer;
}

/** PKCS #8 of an Ed25519 key up to its 32 bytes (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair that belongs to an API key, always the same: whoever has the key can sign, and services need no secret. */
export function tokenKeyOf(apiKey: string): TokenKey {
  const seed = Buffer.from(hkdfSync('sha256', apiKey, '', 'sutra access token v1', 32));
  const privateKey = createPrivateKey({key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8'});
  const {x} = createPublicKey(privateKey).export({format: 'jwk'});
  return {privateKey, publicKey: Buffer.from(x ?? '', 'base64url')};
}

export interface TokenRequest {
  subject: string;
  role: AccessRole;
  issuedAtMs: number;
  expiresAtMs: number;
}

/** A signed token that the services of a stack with this API key accept until it expires. */
export async function signAccessToken(apiKey: string, request: TokenRequest): Promise<string> {
  const {privateKey, publicKey} = tokenKeyOf(apiKey);
  return await new SignJWT({roles: [request.role]})
    .setProtectedHeader({alg: tokenAlgorithm, typ: 'JWT', kid: publicKey.toString('base64url')})
    .setIssuer(tokenIssuer)
    .setSubject(request.subject)
    .setIssuedAt(Math.floor(request.issuedAtMs / 1_000))
    .setExpirationTime(Math.floor(request.expiresAtMs / 1_000))
    .sign(privateKey);
}
