import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, it, onTestFinished} from 'vitest';
import {migrationSteps} from '../../../src/experiment/migrate/items/migration-steps.js';
import {postMigration} from '../../../src/experiment/migrate/items/post-migration.js';
import type {MigrationFacts, MigrationItem} from '../../../src/experiment/migrate/migration-item.js';
import {migrationLines} from '../../../src/report/migration-lines.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import type {Plan} from '../../../src/topology/plan-schema.js';
import {cacheStats} from '../../../templates/embedder/src/cache/cache-stats.js';
import {planOf} from '../../support/plans.js';

const found = async (items: readonly MigrationItem[], id: string, plan: Plan) => {
  const facts = {plan, system: nodeSystem(AbortSignal.timeout(10_000))} as MigrationFacts;
  return await items.find((item) => item.id === id)?.run(facts);
};

/** A plan whose API answers with these counters. */
async function planWith(counters: Record<string, number>, {older = false} = {}): Promise<Plan> {
  const replicas = [{replica: 'a', ageMs: 0, stale: false, counters}];
  const {tests, ...rest} = cacheStats({enabled: true, l2: null, scope: 'replica', replicas});
  const body = JSON.stringify(older ? rest : {...rest, tests});
  const server = createServer((_, answer) => void answer.end(body)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((done) => server.once('listening', done));
  const plan = planOf();
  return {...plan, urls: {...plan.urls, api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`}};
}

it('the hit rate is of clients; what bench and validate asked for is left out and named', async () => {
  const plan = await planWith({l1_hits: 900, l1_misses: 100, test_l1_hits: 0, test_l1_misses: 388_720});
  const reason = 'of 1000 texts of clients (388720 of bench and validate left out)';
  expect(await found(postMigration, 'hit-rate', plan)).toEqual({measured: '90.0 %', verdict: 'pass', reason});
  expect(await found(migrationSteps, 'step-6-cache', plan)).toMatchObject({reason: expect.stringContaining(reason)});
});

it('a bench alone warms nobody’s cache, and an older service says that it cannot tell', async () => {
  const benched = await planWith({test_l1_hits: 9_000, test_l1_misses: 10});
  expect(await found(postMigration, 'hit-rate', benched)).toMatchObject({
    verdict: 'unknown',
    reason: '0 texts of clients: too few to be warm (9010 of bench and validate left out)',
  });
  const older = await planWith({l1_hits: 900, l1_misses: 100}, {older: true});
  expect(await found(postMigration, 'hit-rate', older)).toMatchObject({
    reason: expect.stringContaining('bench and validate among them'),
  });
});

it('storage is what our cache keeps: the full width, computed; without a cache there is none', async () => {
  const kept = await found(postMigration, 'storage', planOf({dimension: 256}));
  expect(kept).toMatchObject({measured: 3_072, computed: true, verdict: 'fail'});
  expect(kept?.reason).toContain('an answered vector of 256 numbers is 1024 bytes');
  const small = await found(postMigration, 'storage', planOf({model: 'all-MiniLM-L6-v2'}));
  expect(small).toMatchObject({measured: 1_536, verdict: 'fail'});
  const none = await found(postMigration, 'storage', planOf({cache: {enabled: false}}));
  expect(none).toMatchObject({measured: null, verdict: 'unknown'});
  const row = {id: 'storage', says: '', claim: '1,024 bytes', measured: 3_072, verdict: 'fail', reason: 'why'} as const;
  expect(migrationLines({...row, computed: true})[1]).toContain('3072 computed');
});
