import {describe, expect, it} from 'vitest';
import type {Plan} from '../../src/topology/plan-schema.js';
import {planOf} from '../support/plans.js';

/** Of all but the cache shard, which has tests of its own. */
const embedders = (plan: Plan) => plan.services.filter(({role}) => role !== 'cache');
const names = (plan: Plan) => embedders(plan).flatMap(({replicas}) => replicas);
const portsOf = (plan: Plan) => Object.fromEntries(plan.ports.map(({port, owner}) => [owner, port]));

describe('the plan of each edition', () => {
  it('simple is one model that owns 8887 and one API on 8888, without a load balancer', () => {
    const plan = planOf();
    expect(names(plan)).toEqual(['ml-base-1', 'embedding-service-1']);
    expect(portsOf(plan)).toMatchObject({'ml-base-1': 8887, 'embedding-service-1': 8888});
    expect(plan.loadBalancer).toBeNull();
    expect(plan.urls).toEqual({api: 'http://127.0.0.1:8888', loadBalancer: null, stats: null});
  });

  it('community is two APIs and three models behind two front doors', () => {
    const plan = planOf({edition: 'community'});
    expect(names(plan)).toEqual(['ml-base-1', 'ml-base-2', 'ml-base-3', 'embedding-service-1', 'embedding-service-2']);
    expect(portsOf(plan)).toMatchObject({
      'ml-base-lb': 8887,
      'embedding-lb': 8888,
      'ml-base-1': 8891,
      'ml-base-lb stats': 9999,
    });
    expect(embedders(plan).map(({upstream}) => upstream)).toEqual([null, {frontDoor: 'ml-base-lb'}]);
  });

  it('enterprise is three full embedders, with its statistics on 9998', () => {
    const plan = planOf({edition: 'enterprise'});
    expect(names(plan)).toEqual(['embedder-1', 'embedder-2', 'embedder-3']);
    expect(embedders(plan)[0]?.role).toBe('direct');
    expect(plan.loadBalancer?.statsPort).toBe(9998);
  });

  it('direct is one embedder and no hop', () => {
    const plan = planOf({topology: 'direct'});
    expect(names(plan)).toEqual(['embedder-1']);
    expect(portsOf(plan)).toEqual({'embedder-1': 8888});
  });
});

it('every service gets the same dimension', () => {
  const plan = planOf({edition: 'community', dimension: 256});
  expect(embedders(plan).map(({env}) => env.MATRYOSHKA_DIM)).toEqual(['256', '256']);
});

it('five replicas are five services on five ports', () => {
  const plan = planOf({edition: 'community', replicas: 5});
  expect(embedders(plan)[0]?.replicas).toHaveLength(5);
  expect(portsOf(plan)).toMatchObject({'ml-base-5': 8895});
});

it('a dimension the model does not offer is refused by the name of who asked for it', () => {
  expect(() => planOf({dimension: 100})).toThrow(
    '--dimension: nomic-ai/nomic-embed-text-v1.5 does not offer dimension 100',
  );
});

it('replicas share the cores of the machine, and one alone takes them all', () => {
  const threads = (plan: Plan) => embedders(plan).map(({workers, threadsPerWorker}) => [workers, threadsPerWorker]);
  expect(threads(planOf({edition: 'community'}, 2))[0]).toEqual([1, 1]);
  expect(threads(planOf({}, 2))[0]).toEqual([2, 1]);
  expect(threads(planOf({}, 16))[0]).toEqual([4, 4]);
});

it('the offset moves every port', () => {
  const plain = planOf({edition: 'community'}).ports.map(({port}) => port + 1_000);
  expect(planOf({edition: 'community', portOffset: 1_000}).ports.map(({port}) => port)).toEqual(plain);
});

it('a port asked for twice is found before anything starts, with both owners', () => {
  expect(() => planOf({edition: 'community', ports: {stats: 8892}})).toThrow(
    'port 8892 is assigned twice: to ml-base-2 and to ml-base-lb stats',
  );
});

it('a port past 65535 is refused', () => {
  expect(() => planOf({ports: {api: 65_000}, portOffset: 1_000})).toThrow('past 65535');
});

it('models that run elsewhere are not started here', () => {
  const plan = planOf({edition: 'community', modelsUrl: 'http://10.0.0.1:8887'});
  expect(names(plan)).toEqual(['embedding-service-1', 'embedding-service-2']);
  expect(embedders(plan)[0]?.upstream).toEqual({url: 'http://10.0.0.1:8887'});
  expect(plan.loadBalancer?.frontDoors.map(({name}) => name)).toEqual(['embedding-lb']);
});

describe('the cache shard', () => {
  it('stands before what asks it, on 50052, with its health beside it', () => {
    const plan = planOf({edition: 'community'});
    expect(plan.services[0]).toMatchObject({name: 'storage-cache-shard', role: 'cache', protocol: 'tcp'});
    expect(portsOf(plan)).toMatchObject({'storage-cache-shard': 50_052, 'storage-cache-shard health': 50_053});
    expect(plan.services.filter(({cacheShard}) => cacheShard !== null).map(({name}) => name)).toEqual([
      'embedding-service',
    ]);
  });

  it('gets the capacity and the life of an entry', () => {
    const plan = planOf({cache: {capacity: 10, ttlSeconds: 2, port: 50_099}});
    expect(plan.services[0]?.env).toMatchObject({SUTRA_CACHE_CAPACITY: '10', SUTRA_CACHE_TTL: '2'});
    expect(portsOf(plan)).toMatchObject({'storage-cache-shard': 50_099});
  });

  it('is not there with the cache off, nor in direct, which has no hop', () => {
    for (const plan of [planOf({cache: {enabled: false}}), planOf({topology: 'direct'})]) {
      expect(plan.services.map(({role}) => role)).not.toContain('cache');
      expect(plan.services.every(({cacheShard}) => cacheShard === null)).toBe(true);
    }
  });

  it('that runs elsewhere is asked there and not started here', () => {
    const plan = planOf({cache: {host: 'shard.internal', port: 50_052}});
    expect(plan.services.map(({role}) => role)).not.toContain('cache');
    expect(plan.services.at(-1)?.cacheShard).toEqual({host: 'shard.internal', port: 50_052});
  });
});

describe('what containers cannot reach', () => {
  it.each([
    ['--modelsUrl', {modelsUrl: 'http://127.0.0.1:9000'}],
    ['--modelsUrl', {modelsUrl: 'http://localhost:9000'}],
    ['--modelsUrl', {modelsUrl: 'http://[::1]:9000'}],
  ])('%s on loopback is refused, and taken as processes', (origin, settings) => {
    expect(() => planOf({edition: 'community', runtime: 'compose', ...settings})).toThrow(
      expect.objectContaining({code: 'USAGE', message: expect.stringContaining(`${origin}: in a container`)}),
    );
    expect(() => planOf({edition: 'community', ...settings})).not.toThrow();
  });

  it('models of another machine are taken', () => {
    expect(() => planOf({runtime: 'compose', modelsUrl: 'http://models.example:9000'})).not.toThrow();
  });
});
