import {z} from 'zod';

/** What a caller may do: a reader asks for vectors and looks; an admin also empties the cache. An API key is an admin. */
export const accessRoles = ['reader', 'admin'] as const;
export type AccessRole = (typeof accessRoles)[number];

/** Access tokens are JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037). */
export const tokenAlgorithm = 'EdDSA';
export const tokenIssuer = 'sutra';

/** The claims of a token beside `iss`, `iat` and `exp`. */
export const accessClaimsSchema = z.object({
  sub: z.string().min(1).max(128),
  roles: z.array(z.enum(accessRoles)).min(1).max(accessRoles.length),
});

/** Longest token that is looked at, in characters: ours have about 250. */
const longestToken = 2_048;

/** Whether a credential has the form of a token: three base64url parts, the first a JSON object. No API key needs it. */
export function isToken(credential: string): boolean {
  return credential.length <= longestToken && /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(credential);
}
