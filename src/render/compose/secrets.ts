import {join} from 'node:path';
import {hasOwnShard} from '../../topology/place.js';
import type {Plan, Service} from '../../topology/plan-schema.js';
import {wantsCacheSecret, wantsKeys} from '../instance-env.js';
import type {ComposeSite} from './site.js';

/** Where containers find secrets, and the files' names there and in `.sutra/secrets/`. */
export const secretsInside = '/run/secrets';
export const apiKeysFile = 'api-keys';
export const certificateFile = 'tls.pem';
const cacheSecretFile = 'cache-secret';
const externalCacheSecretFile = 'external-cache-secret';

export function secretsFolderOf({stateFolder}: ComposeSite): string {
  return join(stateFolder, 'secrets');
}

/** The name of the shard's secret, for the stack's own shard and for one elsewhere. */
export function cacheSecretName(plan: Plan): string {
  return hasOwnShard(plan) ? cacheSecretFile : externalCacheSecretFile;
}

/** Names of the files that a service sees: the key of the certificate, say, is none of its business. */
export function secretsOf(plan: Plan, service: Service, {cacheSecretId}: ComposeSite): string[] {
  const keys = wantsKeys(plan, service) ? [apiKeysFile] : [];
  return wantsCacheSecret(service, cacheSecretId) ? [...keys, cacheSecretName(plan)] : keys;
}

/** Each file that a service sees, as Compose names it once for all of them. */
export function composeSecrets(plan: Plan, site: ComposeSite): Record<string, {file: string}> {
  const names = new Set(plan.services.flatMap((service) => secretsOf(plan, service, site)));
  return Object.fromEntries([...names].map((name) => [name, {file: join(secretsFolderOf(site), name)}]));
}

export function hasSecrets({security}: Plan): boolean {
  return security.apiKeys !== null || security.tls !== 'off';
}
