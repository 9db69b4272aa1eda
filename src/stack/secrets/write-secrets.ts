import {rm} from 'node:fs/promises';
import {hostname} from 'node:os';
import {writeApiKeyFile} from '@sutra/contract/api-keys';
import {SutraError} from '../../errors.js';
import {readTextIfThere} from '../../system/files/files.js';
import {setAsideUnless} from '../../system/files/own-files.js';
import {secretFilesOf} from '../../system/folders/secrets-folder.js';
import {stateFolderOf} from '../../system/folders/state-folder.js';
import type {System} from '../../system/system.js';
import {generateCertificate, isOurs} from '../../system/tls/generated-certificate.js';
import {readCertificate, type TlsCertificate} from '../../system/tls/tls-certificate.js';
import {apiKeyVariable, noApiKeys} from '../../topology/api-keys.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {ResolvedStack} from '../plans/resolve-stack.js';
import type {StackHere} from '../stack-here.js';
import {askedCacheSecret, dropUnusedCacheSecrets, writeCacheSecret} from './write-cache-secret.js';
import {writeSecret} from './write-secret.js';

/** A generated certificate is used again for as long as it is valid for more than this. */
const renewBeforeMs = 30 * 86_400_000;

/** A shell that has forgotten its variable must not open an API that wants keys. Throws USAGE. */
export function refuseOpening({plan, secrets}: ResolvedStack, running: Pick<StackHere, 'wantsKeys'>): void {
  const opens = running.wantsKeys && plan.security.apiKeys === null;
  if (!opens || secrets.asked === noApiKeys) return;
  throw new SutraError(
    'USAGE',
    `this stack requires API keys and ${apiKeyVariable} is not set: deploying would open the API`,
    {
      cure: [
        `set ${apiKeyVariable} to the same keys as before, or to new ones`,
        `${apiKeyVariable}=${noApiKeys} sutra deploy, with the same flags, opens the API to everyone who can reach it`,
      ],
    },
  );
}

/** An earlier deployment is made again with its keys, which nobody here could present to see whether it serves. Throws USAGE. */
export function refuseWithoutKeys({plan, secrets}: ResolvedStack): void {
  if (plan.security.apiKeys === null || secrets.asked !== 'unset') return;
  throw new SutraError('USAGE', `this stack requires API keys and ${apiKeyVariable} is not set`, {
    cure: `set ${apiKeyVariable} to the keys the stack was deployed with, or to new ones`,
  });
}

/** Writes what the services of the plan read below `.sutra/secrets/`: before they start. What is right stays as it is. */
export async function writeSecrets(system: System, {plan, secrets}: ResolvedStack): Promise<void> {
  const {apiKeys, tls} = plan.security;
  const files = secretFilesOf(stateFolderOf(system));
  await writeCacheSecret(system, plan, askedCacheSecret(system, plan));
  for (const path of [files.apiKeys, files.certificate]) setAsideUnless('a file', path);
  // A rollback that is told of no keys goes on with those that are there.
  if (apiKeys !== null && secrets.knownKeys.length > 0)
    await writeSecret(files.apiKeys, writeApiKeyFile(secrets.knownKeys));
  if (tls === 'given' && secrets.certificate !== null) await writeSecret(files.certificate, secrets.certificate);
  if (tls === 'generated') await writeSecret(files.certificate, await ownCertificate(system, files.certificate));
}

/** Removes what no service of the plan reads any more: after the last that did has been replaced. */
export async function dropUnusedSecrets(system: Pick<System, 'cwd'>, plan: Plan): Promise<void> {
  const {security} = plan;
  await dropUnusedCacheSecrets(system, plan);
  const {apiKeys, certificate} = secretFilesOf(stateFolderOf(system));
  if (security.apiKeys === null) await rm(apiKeys, {force: true});
  if (security.tls === 'off') await rm(certificate, {force: true});
}

async function ownCertificate({clock}: System, path: string): Promise<string> {
  const nowMs = clock.nowMs();
  const kept = await readTextIfThere(path);
  const certificate = kept === null ? null : readableCertificate(kept, path);
  const fresh = certificate !== null && certificate.validToMs - nowMs > renewBeforeMs;
  return fresh && isOurs(certificate, hostname()) ? certificate.pem : await generateCertificate(hostname(), nowMs);
}

function readableCertificate(text: string, path: string): TlsCertificate | null {
  try {
    return readCertificate(text, path, null);
  } catch (error) {
    if (error instanceof SutraError) return null;
    throw error;
  }
}
