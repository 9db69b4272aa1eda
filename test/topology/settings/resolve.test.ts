import {describe, expect, it} from 'vitest';
import {environmentLayers} from '../../../src/topology/settings/environment.js';
import {parseSettings} from '../../../src/topology/settings/parse-settings.js';
import {resolveTopology} from '../../../src/topology/settings/resolve.js';

const file = {
  origin: 'sutra.yaml',
  settings: parseSettings('dimension: 512\ncache: {ttlSeconds: 60}\nreplicas: 4', 'sutra.yaml'),
};
const community = {origin: '--edition', settings: {edition: 'community'}} as const;

describe('who has the last word', () => {
  it('flags win over variables, variables over the file, the file over the edition', () => {
    const variables = environmentLayers({MATRYOSHKA_DIM: '256', ML_BASE_REPLICAS: '5'});
    const {settings, origins} = resolveTopology([
      file,
      ...variables,
      community,
      {origin: '--dimension', settings: {dimension: 128}},
    ]);
    expect(settings).toMatchObject({
      dimension: 128,
      replicas: 5,
      edgeReplicas: 2,
      cache: {ttlSeconds: 60, capacity: 100_000},
    });
    expect(origins).toMatchObject({
      dimension: '--dimension',
      replicas: 'ML_BASE_REPLICAS',
      'cache.ttlSeconds': 'sutra.yaml',
      edgeReplicas: 'edition community',
      'cache.capacity': 'default',
    });
  });

  it('an empty variable counts as not set', () => {
    expect(environmentLayers({MATRYOSHKA_DIM: '', SUTRA_EDITION: ' '})).toEqual([]);
  });
});

describe('every seed variable is read', () => {
  it.each([
    ['SUTRA_EDITION', 'community', {edition: 'community'}],
    ['MATRYOSHKA_DIM', '256', {dimension: 256}],
    ['SUTRA_CACHE_ENABLED', 'false', {cache: {enabled: false}}],
    ['SUTRA_CACHE_CAPACITY', '10', {cache: {capacity: 10}}],
    ['SUTRA_CACHE_TTL', '2', {cache: {ttlSeconds: 2}}],
    ['SUTRA_CACHE_HOST', 'shard', {cache: {host: 'shard'}}],
    ['SUTRA_CACHE_PORT', '50099', {cache: {port: 50_099}}],
    ['ML_BASE_REPLICAS', '5', {replicas: 5}],
    ['HAPROXY_STATS_PORT', '9990', {ports: {stats: 9_990}}],
    ['ML_BASE_URL', 'http://models:8887', {modelsUrl: 'http://models:8887'}],
    ['MODEL_NAME', 'all-MiniLM-L6-v2', {model: 'all-MiniLM-L6-v2'}],
  ])('%s=%s', (name, value, settings) => {
    expect(environmentLayers({[name]: value})).toEqual([{origin: name, settings}]);
  });

  it.each([
    ['SUTRA_EDITION', 'platinum', 'simple, community, enterprise'],
    ['MATRYOSHKA_DIM', '25.6', 'a dimension'],
    ['SUTRA_CACHE_ENABLED', 'perhaps', 'true or false'],
    ['SUTRA_CACHE_PORT', '70000', '1 to 65535'],
    ['ML_BASE_REPLICAS', '0', '1 to 32'],
    ['ML_BASE_URL', 'ftp://x', 'http'],
  ])('%s=%s is refused with the variable, the value and what is allowed', (name, value, allowed) => {
    expect(() => environmentLayers({[name]: value})).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: `${name}=${value}: not allowed`,
        cures: [expect.stringContaining(allowed)],
      }),
    );
  });
});

describe('sutra.yaml', () => {
  it('tells every mistake at once, each with its place', () => {
    const text = 'edition: gold\ncache:\n  ttlSeconds: -1\nspeling: 1\n';
    expect(() => parseSettings(text, 'sutra.yaml')).toThrow(
      /sutra\.yaml:\n {2}edition: .*\n {2}cache\.ttlSeconds.*speling/s,
    );
  });

  it('tells the line of a syntax error', () => {
    expect(() => parseSettings('edition: [simple', 'sutra.yaml')).toThrow(/line 1/);
  });

  it('aliases that unfold without measure are refused before they do', () => {
    const levels = Array.from({length: 9}, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`);
    const text = ['l0: &l0 [x]', ...levels].join('\n');
    expect(() => parseSettings(text, 'sutra.yaml')).toThrow(/sutra\.yaml: .*alias/);
  });

  it('an empty file asks for nothing', () => {
    expect(parseSettings('# nothing\n', 'sutra.yaml')).toEqual({});
  });
});

describe('replicas in a topology of one model', () => {
  it('are refused when a flag asks for them', () => {
    expect(() => resolveTopology([{origin: '--replicas', settings: {replicas: 3}}])).toThrow(
      'one model and no load balancer',
    );
  });

  it('are noted when a variable was left set, as on the documents’ way back to simple', () => {
    const topology = resolveTopology(environmentLayers({SUTRA_EDITION: 'simple', ML_BASE_REPLICAS: '3'}));
    expect(topology.settings.replicas).toBe(1);
    expect(topology.notices).toEqual([expect.stringContaining('ML_BASE_REPLICAS: 3 replicas have no effect')]);
  });
});
