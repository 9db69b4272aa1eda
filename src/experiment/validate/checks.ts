import type {Check} from './check.js';
import {accessTokens} from './checks/access-tokens.js';
import {adminLocal} from './checks/admin-local.js';
import {allAnswered} from './checks/all-answered.js';
import {apiKeys} from './checks/api-keys.js';
import {apiReady} from './checks/api-ready.js';
import {batchInvariance} from './checks/batch-invariance.js';
import {cacheDimensions} from './checks/cache-dimensions.js';
import {cacheHit} from './checks/cache-hit.js';
import {cacheOn} from './checks/cache-on.js';
import {cacheRatios} from './checks/cache-ratios.js';
import {cacheShard} from './checks/cache-shard.js';
import {cacheShardSecret} from './checks/cache-shard-secret.js';
import {cacheShared} from './checks/cache-shared.js';
import {cacheSpeed} from './checks/cache-speed.js';
import {detection} from './checks/detection.js';
import {dimensionAgreed} from './checks/dimension-agreed.js';
import {dimensionRefused} from './checks/dimension-refused.js';
import {dimensionServed} from './checks/dimension-served.js';
import {distribution} from './checks/distribution.js';
import {hostileBodies} from './checks/hostile-bodies.js';
import {knownVulnerabilities} from './checks/known-vulnerabilities.js';
import {latency} from './checks/latency.js';
import {loopbackOnly} from './checks/loopback-only.js';
import {matryoshkaPrefix} from './checks/matryoshka-prefix.js';
import {noCapabilities} from './checks/no-capabilities.js';
import {noNewPrivileges} from './checks/no-new-privileges.js';
import {noSecrets} from './checks/no-secrets.js';
import {nonRoot} from './checks/non-root.js';
import {paraphrases} from './checks/paraphrases.js';
import {rateLimit} from './checks/rate-limit.js';
import {readOnlyRoot} from './checks/read-only-root.js';
import {replicasHealthy} from './checks/replicas-healthy.js';
import {secretModes} from './checks/secret-modes.js';
import {serversUp} from './checks/servers-up.js';
import {statsReadOnly} from './checks/stats-read-only.js';
import {tls} from './checks/tls.js';
import {unitNorm} from './checks/unit-norm.js';

/** Every check, in the order they run and are printed. */
export const checks = [
  apiReady,
  dimensionServed,
  dimensionAgreed,
  dimensionRefused,
  matryoshkaPrefix,
  unitNorm,
  paraphrases,
  batchInvariance,
  latency,
  cacheOn,
  cacheHit,
  cacheSpeed,
  cacheDimensions,
  cacheShard,
  cacheShared,
  cacheRatios,
  replicasHealthy,
  serversUp,
  allAnswered,
  distribution,
  detection,
  statsReadOnly,
  loopbackOnly,
  {...statsReadOnly, phase: 'security', appliesTo: ({loadBalancer}) => loadBalancer !== null},
  adminLocal,
  nonRoot,
  noCapabilities,
  noNewPrivileges,
  readOnlyRoot,
  noSecrets,
  secretModes,
  apiKeys,
  accessTokens,
  cacheShardSecret,
  tls,
  rateLimit,
  hostileBodies,
  knownVulnerabilities,
] as const satisfies Check[];

/** 0: the vectors and their dimension. 1: the cache. 2: replicas behind a load balancer. security: who may do what. */
export const phases = [0, 1, 2, 'security'] as const;
export type Phase = (typeof phases)[number];
