import {type AccessRole, accessClaimsSchema} from '@sutra/contract/access-token';
import {apiKeyDigest, readApiKeyFile} from '@sutra/contract/api-keys';
import {SutraError} from '../../errors.js';
import {readTextIfThere} from '../../system/files/files.js';
import {secretFilesOf} from '../../system/folders/secrets-folder.js';
import {stateFolderOf} from '../../system/folders/state-folder.js';
import type {System} from '../../system/system.js';
import {signAccessToken, tokenKeyOf} from '../../system/tls/access-token.js';
import {apiKeyVariable, parseApiKeys, refuseTokensAsKeys} from '../../topology/api-keys.js';

export interface CreatedToken {
  token: string;
  subject: string;
  role: AccessRole;
  /** ISO 8601. */
  expiresAt: string;
}

/** Signs an access token with the first key of `SUTRA_API_KEY`. Throws USAGE without a key, or where the stack of this folder does not accept it. */
export async function createToken(
  system: System,
  {subject, role, lifetimeMs}: {subject: string; role: AccessRole; lifetimeMs: number},
): Promise<CreatedToken> {
  if (!accessClaimsSchema.shape.sub.safeParse(subject).success)
    throw new SutraError('USAGE', `--subject "${subject}" must have 1 to 128 characters`);
  const asked = parseApiKeys(system.env[apiKeyVariable]);
  if (asked.state !== 'keys') {
    throw new SutraError('USAGE', `${apiKeyVariable} is not set: a token is signed with an API key of the stack`, {
      cure: `${apiKeyVariable}=... sutra token create`,
    });
  }
  const [key] = asked.keys;
  refuseTokensAsKeys([key]);
  await refuseUnknownKey(system, key);
  const issuedAtMs = system.clock.nowMs();
  const expiresAtMs = issuedAtMs + lifetimeMs;
  const token = await signAccessToken(key, {subject, role, issuedAtMs, expiresAtMs});
  return {token, subject, role, expiresAt: new Date(expiresAtMs).toISOString()};
}

/** Only where a stack with keys is deployed in this folder: tokens for another machine's stack are signed anywhere. */
async function refuseUnknownKey(system: System, key: string): Promise<void> {
  const text = await readTextIfThere(secretFilesOf(stateFolderOf(system)).apiKeys);
  if (text === null) return;
  const {digests, tokenKeys} = accepted(text);
  if (digests.some((digest) => digest.equals(apiKeyDigest(key)))) {
    if (tokenKeys.some((tokenKey) => tokenKey.equals(tokenKeyOf(key).publicKey))) return;
    throw new SutraError('STATE', `the stack in ${system.cwd} was deployed by a version without access tokens`, {
      cure: 'run sutra deploy with the same flags',
    });
  }
  throw new SutraError('USAGE', `the stack in ${system.cwd} does not accept the first key of ${apiKeyVariable}`, {
    cure: 'set it to a key that the stack was deployed with, or run this in another folder',
  });
}

function accepted(text: string): ReturnType<typeof readApiKeyFile> {
  try {
    return readApiKeyFile(text);
  } catch (cause) {
    throw new SutraError('STATE', `the digests of the stack's API keys are damaged: ${(cause as Error).message}`, {
      cure: 'run sutra deploy with the same flags: it writes them again',
      cause,
    });
  }
}
