import {artifactOf} from '@sutra/contract/model-entry';
import {expect, it} from 'vitest';
import {renderProcesses} from '../../src/render/processes.js';
import {planOf} from '../support/plans.js';

const site = {
  node: '/bin/node',
  embedder: '/sutra/embedder/main.js',
  cache: '/sutra/cache/main.js',
  modelFolder: '/models/nomic',
  cacheFolder: '/stack/.sutra/data/cache',
  apiKeyFile: '/stack/.sutra/secrets/api-keys',
  cacheSecretFile: '/stack/.sutra/secrets/cache-secret',
  cacheSecretId: null,
  everywhere: '::',
  haproxy: {
    program: 'haproxy',
    configFolder: '/stack/.sutra/haproxy',
    config: [{path: 'haproxy/00.cfg', text: 'a'}],
    secretsDigest: '',
    probeSocket: '/run/sutra/probe.sock',
  },
};

it('a model knows its folder and its port, an API where the models are', () => {
  const plan = planOf({edition: 'community'});
  const specs = new Map(renderProcesses(plan, site).map((spec) => [spec.name, spec]));
  expect(specs.get('ml-base-2')).toMatchObject({
    program: '/bin/node',
    args: ['/sutra/embedder/main.js'],
    env: {SUTRA_ROLE: 'model', SUTRA_PORT: '8892', SUTRA_HOST: '127.0.0.1', SUTRA_MODEL_DIR: '/models/nomic'},
    ports: [8892],
    probeUrl: 'http://127.0.0.1:8892/health',
    artifact: artifactOf(plan.model),
  });
  const api = specs.get('embedding-service-1');
  expect(api?.env).toMatchObject({SUTRA_ROLE: 'cached', ML_BASE_URL: 'http://127.0.0.1:8887'});
  expect(api?.env).not.toHaveProperty('SUTRA_MODEL_DIR');
});

it('the grace to stop is longer than drain and the slowest answer together', () => {
  const plan = planOf({edition: 'community'});
  const model = renderProcesses(plan, site).find(({name}) => name === 'ml-base-1');
  const slowestAnswerMs = plan.services.find(({name}) => name === 'ml-base')?.slowestAnswerMs ?? 0;
  expect(model?.stopGraceMs).toBeGreaterThan(2_000 + slowestAnswerMs);
});

it('a changed configuration reloads the load balancer and nothing else', () => {
  const plan = planOf({edition: 'community'});
  const before = renderProcesses(plan, site);
  const haproxy = {...site.haproxy, config: [{path: 'haproxy/00.cfg', text: 'b'}]};
  const after = renderProcesses(plan, {...site, haproxy});
  const changed = after.filter((spec, index) => JSON.stringify(spec) !== JSON.stringify(before[index]));
  expect(changed.map(({name}) => name)).toEqual(['ml-base-lb']);
  expect(changed[0]?.args).toEqual(before.at(-1)?.args);
});

it('simple starts no load balancer, and its API asks the model itself', () => {
  const specs = renderProcesses(planOf(), {...site, haproxy: null});
  expect(specs.map(({name}) => name)).toEqual(['storage-cache-shard', 'ml-base-1', 'embedding-service-1']);
  expect(specs[2]?.env.ML_BASE_URL).toBe('http://127.0.0.1:8887');
});

it('the shard gets its folder and ports, and those who ask it its address', () => {
  const specs = new Map(renderProcesses(planOf({edition: 'community'}), site).map((spec) => [spec.name, spec]));
  expect(specs.get('storage-cache-shard')).toMatchObject({
    args: ['/sutra/cache/main.js'],
    env: {SUTRA_PORT: '50052', SUTRA_HEALTH_PORT: '50053', SUTRA_CACHE_DATA_DIR: '/stack/.sutra/data/cache'},
    ports: [50_052, 50_053],
    probeUrl: 'http://127.0.0.1:50053/health',
  });
  expect(specs.get('embedding-service-1')?.env).toMatchObject({
    SUTRA_CACHE_HOST: '127.0.0.1',
    SUTRA_CACHE_PORT: '50052',
  });
  expect(specs.get('ml-base-1')?.env).not.toHaveProperty('SUTRA_CACHE_HOST');
});

it('keys are the business of what clients reach: it gets the file and the name of the set, and never a key', () => {
  const specs = renderProcesses(planOf({edition: 'community'}, 2, 'f1ce9a0b77d2'), site);
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  expect(byName.get('embedding-service-1')?.env).toMatchObject({
    SUTRA_API_KEYS: 'f1ce9a0b77d2',
    SUTRA_API_KEY_FILE: '/stack/.sutra/secrets/api-keys',
  });
  for (const name of ['ml-base-1', 'storage-cache-shard', 'ml-base-lb'])
    expect(Object.keys(byName.get(name)?.env ?? {})).not.toContainEqual(expect.stringContaining('API_KEY'));
});

it('another certificate or other keys reload the load balancer', () => {
  const plan = planOf({edition: 'community', tls: 'generated'});
  const digestWith = (secretsDigest: string) =>
    renderProcesses(plan, {...site, haproxy: {...site.haproxy, secretsDigest}}).at(-1)?.reload?.digest;
  expect(digestWith('one')).not.toBe(digestWith('other'));
});

it('the cache shard and all that ask it know where its secret is, and are others where it is another', () => {
  const secretsWith = (id: string | null, settings = {}) =>
    renderProcesses(planOf({edition: 'community', ...settings}), {...site, cacheSecretId: id}).flatMap(({name, env}) =>
      env.SUTRA_CACHE_SECRET_FILE === undefined ? [] : [[name, env.SUTRA_CACHE_SECRET_ID ?? null]],
    );
  const asking = ['storage-cache-shard', 'embedding-service-1', 'embedding-service-2'];
  expect(secretsWith('one').sort()).toEqual(asking.map((name) => [name, 'one']).sort());
  expect(secretsWith(null).sort()).toEqual(asking.map((name) => [name, null]).sort());
  const elsewhere = {cache: {host: 'cache.example'}};
  expect(secretsWith(null, elsewhere)).toEqual([]);
  expect(
    secretsWith('one', elsewhere)
      .map(([name]) => name)
      .sort(),
  ).toEqual(asking.slice(1));
});

it('without a load balancer the API itself listens beyond loopback when it is exposed, and no other service', () => {
  const hosts = renderProcesses(planOf({expose: true}), {...site, haproxy: null}).map(({name, env, url}) => [
    name,
    env.SUTRA_HOST,
    url,
  ]);
  expect(hosts).toEqual([
    ['storage-cache-shard', '127.0.0.1', 'tcp://127.0.0.1:50052'],
    ['ml-base-1', '127.0.0.1', 'http://127.0.0.1:8887'],
    ['embedding-service-1', '::', 'http://127.0.0.1:8888'],
  ]);
});
