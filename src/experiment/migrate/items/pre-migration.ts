import {isOlder, oldestCompose} from '../../../system/docker-engine.js';
import {fail, type MigrationItem, nothingDeployed, pass, unknown} from '../migration-item.js';

const seedDimension = 768;
const seedCompose = '1.29.0';
const load = new Set(['bench', 'load-test']);

export const preMigration: MigrationItem[] = [
  {
    id: 'backup',
    says: 'Backup existing storage shards',
    claim: 'one exists',
    run({backups, system}) {
      const newest = backups.at(-1);
      if (newest === undefined) return fail(0, `no *.backup in ${system.cwd}: sutra backup`);
      const hours = (system.clock.nowMs() - newest.atMs) / 3_600_000;
      return pass(backups.length, `the newest, ${newest.name}, is ${hours.toFixed(1)} hours old`);
    },
  },
  {
    id: 'dimension-before',
    says: 'Review current embedding dimensions (should be 768)',
    claim: `${seedDimension}`,
    run({plan}) {
      if (plan === null) return nothingDeployed;
      if (plan.dimension === seedDimension) return pass(plan.dimension, 'the stack that runs serves it by default');
      return unknown('this runs now: past step 1 of the list, or never at 768', plan.dimension);
    },
  },
  {
    id: 'baseline',
    says: 'Check current throughput baseline (run load test)',
    claim: 'measured',
    run({evidence}) {
      const runs = evidence.filter(({kind}) => load.has(kind));
      if (runs.length > 0) return pass(runs.length, `the newest is of ${runs.at(-1)?.at}`);
      return unknown('no load was measured here: sutra bench measures it');
    },
  },
  {
    id: 'baseline-metrics',
    says: 'Document current performance metrics (latency, errors)',
    claim: 'recorded',
    run({evidence}) {
      const runs = evidence.filter(({checks}) =>
        checks.some(({id, measured}) => id === 'latency' && measured !== null),
      );
      if (runs.length > 0)
        return pass(runs.length, `records with a latency in .sutra/evidence, the newest of ${runs.at(-1)?.at}`);
      return unknown('no record with a latency in .sutra/evidence: sutra validate writes one');
    },
  },
  {
    id: 'compose-version',
    says: 'Verify Docker Compose version (≥1.29 for profiles)',
    claim: '>= 1.29',
    run({engine: {engine, missing}}) {
      if (engine === null) {
        const tooOld = missing.code === 'TOOL_TOO_OLD';
        return tooOld ? fail(null, missing.message) : unknown(`${missing.message}; as processes nothing needs it`);
      }
      const {composeVersion} = engine;
      const reason = `the migration list requires 1.29, this version requires ${oldestCompose} to deploy containers`;
      return isOlder(composeVersion, seedCompose) ? fail(composeVersion, reason) : pass(composeVersion, reason);
    },
  },
];
