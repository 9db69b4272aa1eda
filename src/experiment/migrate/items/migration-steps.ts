import {cacheStats} from '../../../client/cache-api.js';
import {haproxyStats} from '../../../client/haproxy-stats.js';
import {configDigest} from '../../../decision/evidence.js';
import {computingServices} from '../../../topology/place.js';
import {fail, type MigrationItem, nothingDeployed, pass, unknown} from '../migration-item.js';
import {ownTexts} from '../own-texts.js';

const seedVariables = {MATRYOSHKA_DIM: '256', SUTRA_CACHE_ENABLED: 'true', SUTRA_EDITION: 'community'};
/** Fewer sessions say nothing of how they are spread. */
const leastSessions = 90;
const [leastShare, mostShare] = [25, 42];
const seedServices = ['ml-base-1', 'ml-base-2', 'ml-base-3', 'ml-base-lb', 'storage-cache-shard'];

export const migrationSteps: MigrationItem[] = [
  {
    id: 'step-1-variables',
    says: 'Update environment variables',
    claim: '256, true, community',
    run({system: {env}}) {
      const found = Object.keys(seedVariables).map((name) => env[name] ?? 'unset');
      const wrong = Object.entries(seedVariables).filter(([name, wanted]) => env[name] !== wanted);
      if (wrong.length === 0) return pass(found.join(', '), 'all three are set as the step says');
      return fail(found.join(', '), wrong.map(([name, wanted]) => `export ${name}=${wanted}`).join('; '));
    },
  },
  {
    id: 'step-2-images',
    says: 'Pull updated images: docker images | grep sutra, :latest tags',
    claim: ':latest tags',
    async run({engine: {engine, missing}}) {
      if (engine === null) return unknown(`${missing.message}; processes need no images`);
      const images = await engine.docker.listImages().catch(() => null);
      if (images === null) return unknown('the Docker engine did not list its images');
      const latest = images.flatMap(({RepoTags}) => RepoTags ?? []).filter((tag) => /sutra.*:latest$/.test(tag));
      if (latest.length > 0) return pass(latest.length, latest.join(', '));
      return fail(0, 'no image of sutra with the tag latest; needed only where it runs in containers');
    },
  },
  {
    id: 'step-3-deploy',
    says: 'Deploy with scaling profile',
    claim: 'community',
    run({plan}) {
      if (plan === null) return nothingDeployed;
      const reason = `edition ${plan.edition}, topology ${plan.shape}, as ${plan.runtime}`;
      return plan.shape === 'community'
        ? pass(plan.shape, reason)
        : fail(plan.shape, `${reason}: sutra deploy --edition community`);
    },
  },
  {
    id: 'step-4-services',
    says: 'Verify all services running (6 new: 3 replicas, LB, cache, embedding v3)',
    claim: '6 running',
    async run({plan, runtime}) {
      if (plan === null) return nothingDeployed;
      const {instances} = await runtime.status();
      const healthy = instances.filter(({state}) => state === 'healthy').map(({name}) => name);
      const missing = seedServices.filter((name) => !healthy.includes(name));
      if (!healthy.some((name) => name.startsWith('embedding-service'))) missing.push('embedding-service');
      if (missing.length === 0) return pass(healthy.length, `healthy: ${healthy.join(', ')}`);
      return fail(healthy.length, `not running or not healthy: ${missing.join(', ')}`);
    },
  },
  {
    id: 'step-5-validation',
    says: 'Run validation script (all phases)',
    claim: 'all pass',
    run({plan, evidence}) {
      if (plan === null) return nothingDeployed;
      const digest = configDigest(plan);
      const ofThis = evidence.filter(({kind, configDigest: of}) => kind === 'validate' && of === digest);
      const run = ofThis.findLast(({checks}) =>
        [0, 1, 2].every((phase) => checks.some((check) => check.phase === phase)),
      );
      if (run === undefined) return unknown('no record of this stack: sutra validate --phases 0,1,2');
      const notPassed = run.checks.filter(({verdict}) => verdict !== 'pass').map(({id}) => id);
      const reason = `${run.checks.length} checks on ${run.at}${notPassed.length > 0 ? `, not passed: ${notPassed.join(', ')}` : ''}`;
      return {measured: run.verdict, verdict: run.verdict, reason};
    },
  },
  {
    id: 'step-6-cache',
    says: 'Check cache performance: /cache/stats, hit rates increasing over time',
    claim: 'it answers',
    async run({plan, system}) {
      if (plan === null) return nothingDeployed;
      const stats = await cacheStats(plan.urls.api, system.signal);
      if (!stats.enabled) return fail('off', 'the cache is off: sutra deploy --cache');
      const rate = `${(100 * stats.combined_hit_rate).toFixed(1)} %`;
      if (stats.total_requests === 0) return unknown(`no client has asked yet${ownTexts(stats)}`, rate);
      const reason = `of ${stats.total_requests} texts of clients${ownTexts(stats)}; whether it rises shows when this is run again`;
      return pass(rate, reason);
    },
  },
  {
    id: 'step-7-haproxy',
    says: 'Monitor HAProxy dashboard: even load distribution across replicas',
    claim: 'even',
    async run({plan, system}) {
      if (plan === null) return nothingDeployed;
      if (plan.urls.stats === null) return fail('none', `topology ${plan.shape} has no load balancer`);
      const backends = computingServices(plan);
      const all = await haproxyStats(plan.urls.stats, system.signal);
      const servers = all.filter(({backend}) => backends.includes(backend));
      const total = servers.reduce((sum, {sessions}) => sum + sessions, 0);
      if (total < leastSessions) return unknown(`only ${total} sessions since HAProxy started`, total);
      const shares = servers.map(({server, sessions}) => ({server, percent: (100 * sessions) / total}));
      const text = shares.map(({server, percent}) => `${server} ${percent.toFixed(1)} %`).join(', ');
      const fair = 100 / servers.length;
      const even = shares.every(
        ({percent}) => percent >= (fair * leastShare) / (100 / 3) && percent <= (fair * mostShare) / (100 / 3),
      );
      return even ? pass(total, text) : fail(total, text);
    },
  },
];
