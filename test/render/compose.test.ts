import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {renderCompose} from '../../src/render/compose/compose.js';
import type {ComposeSite} from '../../src/render/compose/site.js';
import {imageOf} from '../../src/topology/images.js';
import type {Settings} from '../../src/topology/settings/settings.js';
import {planOf} from '../support/plans.js';
import {needs} from '../support/skip.js';
import {missingTool} from '../support/tools.js';

const site: ComposeSite = {
  images: {
    embedder: imageOf('embedder', '0.1.0'),
    cache: imageOf('cache', '0.1.0'),
    'load-balancer': imageOf('load-balancer', '0.1.0'),
  },
  modelFolder: '/var/lib/sutra/models/nomic-embed-text-v1.5',
  stateFolder: '/srv/search/.sutra',
  user: '10001:10001',
  secretsDigest: '',
  cacheSecretId: null,
  haproxyVersion: {major: 3, minor: 0},
  startInterval: true,
};

const editions: [string, Settings][] = [
  ['simple', {}],
  ['community', {edition: 'community'}],
  ['enterprise', {edition: 'enterprise'}],
  ['direct', {topology: 'direct'}],
];

const planFor = (settings: Settings) => planOf({...settings, runtime: 'compose'});

interface ComposeService {
  container_name: string;
  ports?: string[];
  depends_on?: Record<string, unknown>;
  environment: Record<string, string>;
  [key: string]: unknown;
}

function servicesOf(settings: Settings, changes: Partial<ComposeSite> = {}): Record<string, ComposeService> {
  const [file] = renderCompose(planFor(settings), {...site, ...changes});
  return (parse(file?.text ?? '') as {services: Record<string, ComposeService>}).services;
}

describe('the examples in compose/ are what is rendered', () => {
  it.each(editions)('%s', async (example, settings) => {
    for (const {path, text} of renderCompose(planFor(settings), site)) {
      await expect(text).toMatchFileSnapshot(`../../compose/${example}/${path.replace(/^compose\//, '')}`);
    }
  });
});

describe('docker compose takes it', () => {
  beforeEach((context) => needs(context, missingTool('compose')));

  it.each(editions)('%s', (_, settings) => {
    const folder = mkdtempSync(join(tmpdir(), 'sutra-compose-'));
    try {
      for (const {path, text} of renderCompose(planFor(settings), {...site, startInterval: false})) {
        mkdirSync(dirname(join(folder, path)), {recursive: true});
        writeFileSync(join(folder, path), text);
      }
      const args = ['compose', '--file', join(folder, 'compose/production.yml'), 'config', '--quiet'];
      expect(() => execFileSync('docker', args, {stdio: 'pipe'})).not.toThrow();
    } finally {
      rmSync(folder, {recursive: true});
    }
  });
});

describe.each(editions)('every container of %s', (_, settings) => {
  const services = Object.entries(servicesOf(settings));

  it('gets no proxy of the Docker client, which would hand on its password', () => {
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'])
      for (const [, {environment}] of services) expect(environment).toMatchObject({[name]: ''});
  });

  it('is nobody, owns no capability, gains none, and cannot write to its root', () => {
    for (const [, service] of services) {
      expect(service).toMatchObject({
        user: '10001:10001',
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    }
  });

  it('has limits of memory and processes, bounded logs, and comes back by itself', () => {
    for (const [, service] of services) {
      expect(service).toMatchObject({
        restart: 'unless-stopped',
        pids_limit: 256,
        logging: {options: {'max-size': '10m'}},
      });
      expect(service.mem_limit).toMatch(/^\d+m$/);
    }
  });

  it('publishes on loopback only', () => {
    const published = services.flatMap(([, {ports = []}]) => ports);
    expect(published).not.toHaveLength(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('waits for another by health, in chains no deeper than two', () => {
    const byName = new Map(services);
    const depth = (name: string): number =>
      1 + Math.max(0, ...Object.keys(byName.get(name)?.depends_on ?? {}).map(depth));
    for (const [name] of services) expect(depth(name)).toBeLessThanOrEqual(2);
  });
});

it('the first stack of a host has the plain names, others carry their project', () => {
  expect(servicesOf({edition: 'community'})['ml-base-1']?.container_name).toBe('ml-base-1');
  expect(servicesOf({edition: 'community', project: 'b'})['ml-base-1']?.container_name).toBe('b-ml-base-1');
});

it('services find each other by name', () => {
  const {'embedding-service-1': edge} = servicesOf({edition: 'community'});
  expect(edge?.environment).toMatchObject({
    ML_BASE_URL: 'http://ml-base-lb:8887',
    SUTRA_CACHE_HOST: 'storage-cache-shard',
    SUTRA_CACHE_PORT: '50052',
  });
  expect(servicesOf({})['embedding-service-1']?.environment.ML_BASE_URL).toBe('http://ml-base-1:8887');
});

it('a container reaches the outside only where the plan sends requests there', () => {
  const masquerade = (settings: Settings) =>
    renderCompose(planFor(settings), site)[0]?.text.match(/enable_ip_masquerade: "(\w+)"/)?.[1];
  expect(masquerade({edition: 'community'})).toBe('false');
  expect(masquerade({edition: 'community', modelsUrl: 'http://models.example:8887'})).toBe('true');
});

it('the model is mounted read-only, and not at all where the image has it', () => {
  const mounts = (changes: Partial<ComposeSite>) => servicesOf({edition: 'community'}, changes)['ml-base-1']?.volumes;
  expect(mounts({})).toEqual([{type: 'bind', source: site.modelFolder, target: '/model', read_only: true}]);
  expect(mounts({modelFolder: null})).toBeUndefined();
});

it('a newer engine looks more often while a container starts', () => {
  const interval = (startInterval: boolean) => servicesOf({}, {startInterval})['ml-base-1']?.healthcheck;
  expect(interval(true)).toMatchObject({interval: '5s', start_interval: '1s'});
  expect(interval(false)).toEqual({interval: '5s', start_period: '120s'});
});
