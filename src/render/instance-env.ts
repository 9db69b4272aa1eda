import {type Addressing, cacheShardAddress, type Instance, upstreamUrl} from '../topology/place.js';
import type {Plan, Service} from '../topology/plan-schema.js';
import {roleTraits} from '../topology/traits/role-traits.js';

interface Listen {
  host: string;
  port: number;
}

/** What a service is told of the secret of the cache shard. */
export interface CacheSecretSite {
  /** Where it finds the secret. */
  cacheSecretFile: string;
  /** Names the secret, so that a service with another one is another service; null: none is deployed (yet). */
  cacheSecretId: string | null;
}

interface EmbedderSite extends CacheSecretSite {
  listen: Listen;
  /** Where the service itself finds the model. */
  modelFolder: string;
  /** Where it finds the digests of the API keys, if the plan wants keys. */
  apiKeyFile: string;
  addressing: Addressing;
}

/** The whole environment of one embedder, whatever its role: the variables `embedder-environment` of the contract reads. */
export function embedderEnv(plan: Plan, {name, service}: Instance, site: EmbedderSite): Record<string, string> {
  const upstream = upstreamUrl(service, plan, site.addressing);
  const shard = cacheShardAddress(service, plan, site.addressing);
  return {
    ...service.env,
    SUTRA_ROLE: service.role,
    SUTRA_SERVICE_NAME: name,
    SUTRA_HOST: site.listen.host,
    SUTRA_PORT: String(site.listen.port),
    ...(wantsKeys(plan, service) ? {SUTRA_API_KEY_FILE: site.apiKeyFile} : {}),
    ...(service.workers > 0 ? {SUTRA_MODEL_DIR: site.modelFolder} : {}),
    ...(upstream === null ? {} : {ML_BASE_URL: upstream}),
    ...(shard === null ? {} : {SUTRA_CACHE_HOST: shard.host, SUTRA_CACHE_PORT: String(shard.port)}),
    ...cacheSecretEnv(service, site),
  };
}

/** The models answer nobody but the stack's own services. */
export function wantsKeys({security}: Plan, {role}: Service): boolean {
  return security.apiKeys !== null && roleTraits[role].servesClients;
}

/** The stack's own shard always asks for a secret; one that the operator runs elsewhere may ask for none. */
export function wantsCacheSecret({role, cacheShard}: Service, id: string | null): boolean {
  return roleTraits[role].keepsData || (cacheShard !== null && ('service' in cacheShard || id !== null));
}

function cacheSecretEnv(service: Service, {cacheSecretFile, cacheSecretId}: CacheSecretSite): Record<string, string> {
  if (!wantsCacheSecret(service, cacheSecretId)) return {};
  const id = cacheSecretId === null ? {} : {SUTRA_CACHE_SECRET_ID: cacheSecretId};
  return {SUTRA_CACHE_SECRET_FILE: cacheSecretFile, ...id};
}

interface CacheShardSite extends CacheSecretSite {
  listen: Listen;
  healthPort: number;
  dataFolder: string;
}

/** The whole environment of a cache shard. */
export function cacheShardEnv({name, service}: Instance, site: CacheShardSite): Record<string, string> {
  return {
    ...service.env,
    SUTRA_SERVICE_NAME: name,
    SUTRA_HOST: site.listen.host,
    SUTRA_PORT: String(site.listen.port),
    SUTRA_HEALTH_PORT: String(site.healthPort),
    SUTRA_CACHE_DATA_DIR: site.dataFolder,
    ...cacheSecretEnv(service, site),
  };
}
