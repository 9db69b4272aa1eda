import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {
  baseImageOf,
  buildCommand,
  buildStepOf,
  type ImageBuild,
  imageTags,
  inRegistry,
  pinnedBase,
} from '../../src/render/docker-build.js';
import {repository} from '../support/stack.js';

const build: ImageBuild = {
  dockerfile: '/product/templates/cache/Dockerfile',
  target: 'service',
  context: '/product',
  buildArgs: {},
  inheritedArgs: [],
  secrets: [],
  noCache: false,
  idFile: '/work/cache.id',
};

it('an image is built to an id and gets no name yet', () => {
  expect(buildCommand(build)).toEqual([
    'docker',
    [
      ...['buildx', 'build', '--load', '--progress', 'plain', '--file', '/product/templates/cache/Dockerfile'],
      ...['--target', 'service', '--iidfile', '/work/cache.id', '/product'],
    ],
  ]);
});

it('certificates and tokens go in as secrets, proxies without their value, the rest as build arguments', () => {
  const [, args] = buildCommand({
    ...build,
    noCache: true,
    buildArgs: {VERSION: '1.2.3', NODE_IMAGE: 'mirror/node:24'},
    inheritedArgs: ['HTTPS_PROXY'],
    secrets: [
      {id: 'ca', path: '/etc/ca.pem'},
      {id: 'npmrc', path: '/home/me/.npmrc'},
    ],
  });
  expect(args.slice(args.indexOf('--no-cache'))).toEqual([
    '--no-cache',
    ...['--secret', 'id=ca,src=/etc/ca.pem', '--secret', 'id=npmrc,src=/home/me/.npmrc'],
    ...['--build-arg', 'HTTPS_PROXY', '--build-arg', 'VERSION=1.2.3', '--build-arg', 'NODE_IMAGE=mirror/node:24'],
    '/product',
  ]);
});

it('an image is named here, and in the registry that is asked for', () => {
  expect(imageTags('embedder', '0.1.0', null)).toEqual(['sutra-embedder:0.1.0', 'sutra-embedder:latest']);
  expect(imageTags('cache', '0.1.0', 'ghcr.io/me/')).toEqual([
    ...['sutra-cache:0.1.0', 'sutra-cache:latest'],
    ...['ghcr.io/me/sutra-cache:0.1.0', 'ghcr.io/me/sutra-cache:latest'],
  ]);
  expect(inRegistry('sutra-cache:latest', 'localhost:5000')).toBe('localhost:5000/sutra-cache:latest');
});

it('the base image is the one the Dockerfile names, unless a build argument names another', () => {
  const dockerfile = '# ARG OLD_IMAGE=no\nARG NODE_IMAGE=node:24-trixie-slim\nFROM $NODE_IMAGE\nARG NODE_IMAGE\n';
  expect(baseImageOf(dockerfile, {})).toBe('node:24-trixie-slim');
  expect(baseImageOf(dockerfile, {NODE_IMAGE: 'mirror/node:24', HAPROXY_IMAGE: 'x'})).toBe('mirror/node:24');
  expect(baseImageOf('FROM scratch\n', {})).toBeNull();
});

it.each([
  ['#17 [compiled 5/5] RUN node_modules/.bin/tsc -b  x', '[compiled 5/5] node_modules/.bin/tsc -b x'],
  [
    '#14 [compiled 1/5] RUN --mount=type=secret,id=ca     if [ -s /run/secrets/ca ]; then export A=b; fi;     npm ci',
    '[compiled 1/5] npm ci',
  ],
  ['#2 [internal] load build context', null],
  ['#9 [service 2/9] COPY a b', null],
  ['#14 12.03 added 314 packages in 12s', null],
])("of BuildKit's line %j a reader is shown %j", (line, shown) => {
  expect(buildStepOf(line)).toBe(shown);
});

it('base images are pulled by a digest where we know one, and .ci/docker by the same', () => {
  const pinned = pinnedBase('node:24-trixie-slim');
  expect(pinned).toMatch(/^node@sha256:[0-9a-f]{64}$/);
  expect(pinnedBase('registry.example.com:5000/node:24')).toBeNull();
  const script = readFileSync(join(repository, '.ci/docker'), 'utf8');
  expect(script).toContain(`node_digest=${pinned?.slice('node@'.length)}\n`);
  const dockerfiles = ['templates/embedder/Dockerfile', 'templates/cache/Dockerfile'];
  for (const path of dockerfiles) {
    const base = baseImageOf(readFileSync(join(repository, path), 'utf8'), {});
    expect(pinnedBase(base ?? ''), path).toBe(pinned);
  }
});
