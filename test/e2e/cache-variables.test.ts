import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type L2Stats, l2Ops} from '@sutra/contract/l2-protocol';
import {expect, test} from 'vitest';
import {callShard} from '../../src/client/cache-shard.js';
import {leaseOffset} from '../support/ports.js';
import {deployStack} from '../support/stack.js';
import {embed} from './embed-call.js';

/** The port that the variable names, and how far this stack's ports are moved. */
const port = 50_099;
const offset = await leaseOffset();
const flags = ['--model', 'all-MiniLM-L6-v2-int8', '--port-offset'];

function shardStats(secret: string): Promise<L2Stats> {
  const signal = AbortSignal.timeout(10_000);
  const address = {host: '127.0.0.1', port: port + offset, secret};
  return callShard({...address, op: l2Ops.stats, body: null, timeoutMs: 5_000, signal});
}

test('the variables of the cache are what the deployed stack does', async () => {
  await using stack = await deployStack([...flags, String(offset), '--project', 'small'], {
    ...{SUTRA_CACHE_ENABLED: 'true', SUTRA_CACHE_CAPACITY: '10', SUTRA_CACHE_TTL: '2'},
    SUTRA_CACHE_PORT: String(port),
  });
  const {api} = stack.report.urls;
  const shard = stack.report.services.find(({role}) => role === 'cache');
  expect(shard?.url).toBe(`tcp://127.0.0.1:${port + offset}`);
  const secret = (await readFile(join(stack.path, '.sutra/secrets/cache-secret'), 'utf8')).trim();

  await embed(api, {texts: Array.from({length: 10}, (_, at) => `text ${at} of ten`)});
  await expect.poll(() => shardStats(secret), {timeout: 5_000}).toMatchObject({entries: 10, evictions: 0});
  await embed(api, {texts: ['the eleventh']});
  await expect.poll(() => shardStats(secret), {timeout: 5_000}).toMatchObject({entries: 10, evictions: 1});

  const brief = {texts: ['two seconds']};
  const startMs = performance.now();
  await embed(api, brief);
  expect(await embed(api, brief)).toMatchObject({cached_count: 1});
  await expect
    .poll(async () => (await embed(api, {...brief, cache_ttl_seconds: 0})).cached_count, {timeout: 10_000})
    .toBe(0);
  // Vectors expire by the system's clock, which may be slewed against this one.
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(1_900);
});
