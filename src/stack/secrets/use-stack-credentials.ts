import {readTextIfThere} from '../../system/files/files.js';
import {secretFilesOf} from '../../system/folders/secrets-folder.js';
import {stateFolderOf} from '../../system/folders/state-folder.js';
import {useCredentials} from '../../system/http/stack-credentials.js';
import type {System} from '../../system/system.js';
import {readCertificate} from '../../system/tls/tls-certificate.js';
import {apiKeyVariable, parseApiKeys} from '../../topology/api-keys.js';
import {embeddersOnHost} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import {roleTraits} from '../../topology/traits/role-traits.js';

/**
 * From now on this command's calls to the stack present the first key of `SUTRA_API_KEY`, where the plan wants keys,
 * and trust the stack's certificate, where it has one. Throws USAGE for a variable that holds no usable key.
 */
export async function useStackCredentials({cwd, env}: Pick<System, 'cwd' | 'env'>, plan: Plan): Promise<void> {
  const {apiKeys, tls} = plan.security;
  const asked = parseApiKeys(env[apiKeyVariable]);
  const apiKey = asked.state === 'keys' ? asked.keys[0] : null;
  const withKeys = embeddersOnHost(plan).filter(({service}) => roleTraits[service.role].servesClients);
  const replicas = withKeys.map(({host, port}) => `http://${host}:${port}`);
  const access = {wantsKey: apiKeys !== null, apiKey};
  useCredentials({...access, origins: replicas, certificates: []});
  const certificates = tls === 'off' ? [] : await certificatesOf(cwd);
  useCredentials({...access, origins: [new URL(plan.urls.api).origin], certificates});
}

async function certificatesOf(cwd: string): Promise<string[]> {
  const path = secretFilesOf(stateFolderOf({cwd})).certificate;
  const text = await readTextIfThere(path);
  // One that has expired meanwhile fails the call, which says so; here it would fail every command.
  return text === null ? [] : readCertificate(text, path, null).chain;
}
