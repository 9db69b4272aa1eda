import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {parse} from 'yaml';
import {repository} from '../support/stack.js';

/** Systems that the stack does without: caches, monitoring and event stores beside its own services. */
const foreign = /\bredis\b|valkey|memcached|grafana|datadog|kafka|rabbitmq|prom\/prometheus|prometheus:9090/i;

const files = (...patterns: string[]) =>
  patterns.flatMap((pattern) => globSync(pattern, {cwd: repository})).filter((path) => !path.includes('node_modules'));
const textOf = (path: string) => readFileSync(join(repository, path), 'utf8');

// The rendered examples are held equal to a fresh render by the other tests here.
const generated = files('compose/*/*.yml', 'compose/*.yml', 'haproxy/*/*.cfg');
const dockerfiles = files('haproxy/Dockerfile', 'templates/*/Dockerfile');

it('no generated file and no Dockerfile names another system', () => {
  expect(generated.length).toBeGreaterThan(8);
  expect(dockerfiles).toHaveLength(3);
  for (const path of [...generated, ...dockerfiles])
    expect([path, foreign.exec(textOf(path))?.[0]]).toEqual([path, undefined]);
});

it('containers run sutra’s own three images and no other', () => {
  const images = generated
    .filter((path) => path.endsWith('.yml'))
    .flatMap((path) => Object.values((parse(textOf(path)) as {services: Record<string, {image: string}>}).services))
    .map(({image}) => image.replace(/[:@].*/, ''));
  expect([...new Set(images)].toSorted()).toEqual(['sutra-cache', 'sutra-embedder', 'sutra-load-balancer']);
});

it('the images are built on Node, HAProxy and Debian', () => {
  const bases = dockerfiles.flatMap((path) =>
    [...textOf(path).matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, base]) => base),
  );
  for (const base of bases) expect(base).toMatch(/^(node|haproxy|debian):/);
  expect(bases.length).toBeGreaterThanOrEqual(dockerfiles.length);
});

it('no service depends on a client of another system', () => {
  const packages = files('templates/*/package.json').map((path) => JSON.parse(textOf(path)) as {dependencies?: object});
  const names = packages.flatMap(({dependencies}) => Object.keys(dependencies ?? {}));
  expect(names).toContain('fastify');
  expect(names.filter((name) => foreign.test(name))).toEqual([]);
});
