import type {Check} from './check.js';
import {allAnswered} from './checks/balance/all-answered.js';
import {detection} from './checks/balance/detection.js';
import {distribution} from './checks/balance/distribution.js';
import {replicasHealthy} from './checks/balance/replicas-healthy.js';
import {serversUp} from './checks/balance/servers-up.js';
import {statsReadOnly} from './checks/balance/stats-read-only.js';
import {cacheDimensions} from './checks/cache/cache-dimensions.js';
import {cacheHit} from './checks/cache/cache-hit.js';
import {cacheOn} from './checks/cache/cache-on.js';
import {cacheRatios} from './checks/cache/cache-ratios.js';
import {cacheShard} from './checks/cache/cache-shard.js';
import {cacheShared} from './checks/cache/cache-shared.js';
import {cacheSpeed} from './checks/cache/cache-speed.js';
import {accessTokens} from './checks/security/access-tokens.js';
import {adminLocal} from './checks/security/admin-local.js';
import {apiKeys} from './checks/security/api-keys.js';
import {cacheShardSecret} from './checks/security/cache-shard-secret.js';
import {hostileBodies} from './checks/security/hostile-bodies.js';
import {knownVulnerabilities} from './checks/security/known-vulnerabilities.js';
import {loopbackOnly} from './checks/security/loopback-only.js';
import {noCapabilities} from './checks/security/no-capabilities.js';
import {noNewPrivileges} from './checks/security/no-new-privileges.js';
import {noSecrets} from './checks/security/no-secrets.js';
import {nonRoot} from './checks/security/non-root.js';
import {rateLimit} from './checks/security/rate-limit.js';
import {readOnlyRoot} from './checks/security/read-only-root.js';
import {secretModes} from './checks/security/secret-modes.js';
import {tls} from './checks/security/tls.js';
import {apiReady} from './checks/vectors/api-ready.js';
import {batchInvariance} from './checks/vectors/batch-invariance.js';
import {dimensionAgreed} from './checks/vectors/dimension-agreed.js';
import {dimensionRefused} from './checks/vectors/dimension-refused.js';
import {dimensionServed} from './checks/vectors/dimension-served.js';
import {latency} from './checks/vectors/latency.js';
import {matryoshkaPrefix} from './checks/vectors/matryoshka-prefix.js';
import {paraphrases} from './checks/vectors/paraphrases.js';
import {unitNorm} from './checks/vectors/unit-norm.js';

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

/** 0: the vectors and their dimension. 1: the cache. 2: replicas behind a load balancer. security: access and isolation. */
export const phases = [0, 1, 2, 'security'] as const;
export type Phase = (typeof phases)[number];
