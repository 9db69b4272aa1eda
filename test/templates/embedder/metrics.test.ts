import {expect, it} from 'vitest';
import {Metrics} from '../../../templates/embedder/src/metrics.js';

/** Every figure of a service's own, with its kind: dashboards and alerts go by these names. */
const names = {
  sutra_embedding_requests_total: 'counter',
  sutra_embedding_request_duration_seconds: 'histogram',
  sutra_embedding_texts_total: 'counter',
  sutra_embedding_tokens_total: 'counter',
  sutra_embedding_model_runs_total: 'counter',
  sutra_embedding_run_duration_seconds: 'histogram',
  sutra_embedding_batch_size: 'histogram',
  sutra_embedding_l2_lookup_duration_seconds: 'histogram',
  sutra_embedding_worker_restarts_total: 'counter',
  sutra_embedding_upstream_calls_total: 'counter',
  sutra_embedding_cache_hits_total: 'counter',
  sutra_embedding_cache_misses_total: 'counter',
  sutra_embedding_queue_tokens: 'gauge',
  sutra_embedding_cache_entries: 'gauge',
  sutra_embedding_cache_bytes: 'gauge',
  sutra_embedding_l2_queue: 'gauge',
  sutra_embedding_l2_calls_total: 'counter',
  sutra_embedding_l2_errors_total: 'counter',
  sutra_embedding_l2_dropped_total: 'counter',
};

const sample = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? (-?\d[\d.e+-]*|[+-]Inf|NaN|Nan)$/;

async function exposition(): Promise<string[]> {
  const metrics = new Metrics();
  metrics.watch({queueTokens: () => 7, cacheEntries: () => 8, cacheBytes: () => 9, l2: () => null});
  metrics.request('/embed', 200, 0.004);
  metrics.texts(3);
  metrics.modelRun(3, [4, 5, 6], 12);
  metrics.upstreamCall('200');
  metrics.l2Lookup(0.0003);
  metrics.lookups.client.l1Hits += 2;
  const {contentType, text} = await metrics.text();
  expect(contentType).toContain('text/plain; version=0.0.4');
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

it('GET /metrics is Prometheus’ text: every sample is whole and of a kind that was declared', async () => {
  const lines = await exposition();
  const kinds = new Map(
    lines.flatMap((line) => [...line.matchAll(/^# TYPE (\S+) (\w+)$/g)]).map(([, name, kind]) => [name, kind]),
  );
  for (const line of lines.filter((each) => !each.startsWith('#'))) {
    const [, name = ''] = sample.exec(line) ?? [];
    const family = kinds.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    expect([line, kinds.has(family)]).toEqual([line, true]);
  }
  const own = [...kinds].filter(([name]) => name?.startsWith('sutra_'));
  expect(Object.fromEntries(own)).toEqual(names);
});

it('it counts what was done', async () => {
  const lines = await exposition();
  expect(lines).toEqual(
    expect.arrayContaining([
      'sutra_embedding_requests_total{route="/embed",status="200"} 1',
      'sutra_embedding_texts_total 3',
      'sutra_embedding_tokens_total 15',
      'sutra_embedding_batch_size_sum 3',
      'sutra_embedding_run_duration_seconds_sum 0.012',
      'sutra_embedding_cache_hits_total{tier="l1"} 2',
      'sutra_embedding_queue_tokens 7',
    ]),
  );
});
