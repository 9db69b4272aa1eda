// needs: docker
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {artifactOf} from '@sutra/contract/model-entry';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {BuiltImage} from '../../src/images/build-images.js';
import {registryEntry} from '../../src/model/registry.js';
import {type Container, docker, imageHolds, startContainer, until} from '../support/docker.js';
import {startImageRegistry} from '../support/image-registry.js';
import {leasePorts} from '../support/ports.js';
import {type Run, repository, stackFolder} from '../support/stack.js';

const firstPort = await leasePorts();

const version = readFileSync(join(repository, 'VERSION'), 'utf8').trim();
const names = ['sutra-embedder', 'sutra-cache', 'sutra-load-balancer'];
const tags = names.flatMap((name) => [`${name}:${version}`, `${name}:latest`]);
const small = 'all-MiniLM-L6-v2-int8';
const folder = stackFolder();
const files = mkdtempSync(join(tmpdir(), 'sutra-build-test-'));

/** What must be in no image: a line of the certificates, and the token of the npm configuration. */
const marks = {ca: 'mark-of-the-certificates-5b1c', token: 'mark-of-the-token-9e2f'};

/** Ids of all images of this file: those that end without a name are removed. */
const made = new Set<string>();
const tagsOf = (id: string) => docker('image', 'inspect', '--format', '{{.RepoTags}}', id);

afterAll(async () => {
  for (const id of made) if ((await tagsOf(id)) === '[]') await docker('rmi', id);
  await folder[Symbol.asyncDispose]();
  rmSync(files, {recursive: true});
});

const build = (args: string[], env: Record<string, string> = {}) => folder.run(['build', '--json', ...args], env);
const idsOf = (images: string[]) => Promise.all(images.map((image) => docker('inspect', '--format', '{{.Id}}', image)));

function builtBy(run: Run): BuiltImage[] {
  if (run.exitCode !== 0) throw new Error(`build exited ${run.exitCode}:\n${run.stdout}\n${run.stderr}`);
  const {images} = run.json as {images: BuiltImage[]};
  for (const {id} of images) made.add(id);
  return images;
}

/** The certificates this machine needs to reach npm, if any, and a line that can be found again. */
function markedSecrets(): {ca: string; npmrc: string} {
  const needed = process.env.NODE_EXTRA_CA_CERTS ?? process.env.SSL_CERT_FILE;
  const own = process.env.npm_config_userconfig ?? join(String(process.env.HOME), '.npmrc');
  const paths = {ca: join(files, 'ca.pem'), npmrc: join(files, 'npmrc')};
  writeFileSync(paths.ca, `# ${marks.ca}\n${textOf(needed)}`);
  writeFileSync(paths.npmrc, `${textOf(own)}\n//registry.invalid/:_authToken=${marks.token}\n`);
  return paths;
}

function textOf(path: string | undefined): string {
  try {
    return path === undefined ? '' : readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

describe('a build of everything', () => {
  let images: BuiltImage[];
  beforeAll(async () => {
    const {ca, npmrc} = markedSecrets();
    images = builtBy(await build(['--no-cache', '--ca', ca], {npm_config_userconfig: npmrc}));
  });

  it('gives each image its version and latest', async () => {
    expect(images.map(({image}) => image)).toEqual(names.map((name) => `${name}:${version}`));
    expect(await idsOf(tags)).toEqual(images.flatMap(({id}) => [id, id]));
  });

  it('keeps the embedder below 90 MB and the cache below 20 MB above their base', () => {
    const above = Object.fromEntries(images.map(({service, aboveBaseBytes}) => [service, aboveBaseBytes / 1e6]));
    expect(above.embedder).toBeGreaterThan(1);
    expect(above.embedder).toBeLessThanOrEqual(90);
    expect(above.cache).toBeLessThanOrEqual(20);
    expect(above['load-balancer']).toBeLessThanOrEqual(20);
  });

  it.each(names)('makes %s one that is not root, checks its health and says what it is', async (name) => {
    const [{Config: config}] = JSON.parse(await docker('image', 'inspect', `${name}:${version}`));
    expect(config.User).toBe('10001:10001');
    expect(config.StopSignal).toBe('SIGTERM');
    expect(config.Healthcheck).toMatchObject({Interval: 30e9, Timeout: 5e9, Retries: 3});
    expect(Object.keys(config.ExposedPorts).length).toBeGreaterThan(0);
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
      'org.opencontainers.image.licenses': expect.stringContaining('Apache-2.0'),
    });
    const built = images.find(({image}) => image === `${name}:${version}`);
    const [{RepoDigests}] = JSON.parse(await docker('image', 'inspect', String(built?.base)));
    // Of a base that was made on this machine there is none, and none is claimed.
    const digests = RepoDigests.map((digest: string) => digest.split('@')[1]);
    if (digests.length === 0) expect(built?.baseDigest).toBeNull();
    else expect(digests).toContain(built?.baseDigest);
    expect(config.Labels['org.opencontainers.image.base.digest']).toBe(built?.baseDigest ?? '');
  });

  it.each(['embedder', 'cache'])('puts V8’s compiled code into %s, and its user starts with it', async (service) => {
    const variables = ['NODE_DEBUG_NATIVE=COMPILE_CACHE', 'SUTRA_ROLE=cached', 'ML_BASE_URL=http://127.0.0.1:1'];
    const flags = ['--rm', '--read-only', '--tmpfs', '/var/lib/sutra/cache:mode=1777', '--entrypoint', 'sh'];
    const start = `timeout --preserve-status 3 node templates/${service}/dist/main.js 2>&1`;
    const image = `sutra-${service}:${version}`;
    const said = await docker('run', ...flags, ...variables.flatMap((one) => ['--env', one]), image, '-c', start);
    expect(said.match(/was accepted/g)?.length).toBeGreaterThan(200);
    expect(said).not.toContain('was rejected');
  });

  it('leaves neither the certificates nor the npm token in any layer', async () => {
    // A line of a file that is in every one of them: the search finds what is there.
    const control = 'The HEALTHCHECK of every image';
    for (const name of names)
      expect(await imageHolds(`${name}:${version}`, [control, ...Object.values(marks)])).toEqual([control]);
  });
});

describe('what runs in the images', () => {
  const modelFolder = async () => (await folder.run(['model', 'path', small])).stdout.trim();
  const quick = ['--health-interval', '1s'];
  const startEmbedder = async (name: string, port: number, flags: string[] = []) =>
    startContainer(name, [...quick, '--publish', `127.0.0.1:${port}:8887`, ...flags], `sutra-embedder:${version}`);
  const isHealthy = async ({field}: Container) => (await field('{{.State.Health.Status}}')) === 'healthy';
  const embed = (port: number) =>
    fetch(`http://127.0.0.1:${port}/embed`, {method: 'POST', body: JSON.stringify({texts: ['hello']})});

  /** A new temporary folder is its owner's alone; the container's user is another. */
  function balancerFolder(probeAnswer: string): string {
    const path = mkdtempSync(join(files, 'haproxy-'));
    chmodSync(path, 0o755);
    const lines = ['defaults', '  mode http', '  timeout client 5s', '  timeout server 5s', '  timeout connect 1s'];
    lines.push('frontend probes', '  bind *:8404', `  ${probeAnswer}`, '');
    writeFileSync(join(path, 'haproxy.cfg'), lines.join('\n'), {mode: 0o644});
    return path;
  }

  const startBalancer = (name: string, probeAnswer: string) => {
    const runFolder = ['--tmpfs', '/run/haproxy:uid=10001,mode=700'];
    const mount = ['--volume', `${balancerFolder(probeAnswer)}:/usr/local/etc/haproxy:ro`];
    return startContainer(name, [...quick, ...runFolder, ...mount], `sutra-load-balancer:${version}`);
  };

  beforeAll(async () => {
    const pulled = await folder.run(['model', 'pull', small]);
    if (pulled.exitCode !== 0) throw new Error(pulled.stderr);
  });

  it('one that stops answering is killed and comes back by itself', async () => {
    await using embedder = await startEmbedder('img-test-hang-e', firstPort, [
      '--volume',
      `${await modelFolder()}:/model:ro`,
    ]);
    await using cache = await startContainer(
      'img-test-hang-c',
      [...quick, '--volume', '/var/lib/sutra/cache'],
      `sutra-cache:${version}`,
    );
    await using balancer = await startBalancer('img-test-hang-l', 'monitor-uri /health');
    const containers = [embedder, cache, balancer];
    await until('all healthy', async () => (await Promise.all(containers.map(isHealthy))).every(Boolean), 60_000);
    expect((await embed(firstPort)).status).toBe(200);
    // Each of HAProxy's two processes may be the one that hangs: here the worker, which answers.
    const children = 'kill -STOP $(cat /proc/1/task/1/children)';
    const grandchildren =
      'for p in $(cat /proc/1/task/1/children); do kill -STOP $(cat /proc/$p/task/$p/children); done';
    await Promise.all([
      embedder.exec('bash', '-c', children),
      cache.exec('bash', '-c', children),
      balancer.exec('bash', '-c', grandchildren),
    ]);
    for (const container of containers) {
      const isBack = async () => (await container.field('{{.RestartCount}}')) === '1' && (await isHealthy(container));
      await until(`${container.name} is back`, isBack, 60_000);
    }
    expect((await embed(firstPort)).status).toBe(200);
  });

  it('one that answers 503 is unhealthy and is left to go on, and so is one whose port is closed', async () => {
    await using refusing = await startBalancer('img-test-503', 'http-request return status 503');
    await using closed = await startContainer(
      'img-test-closed',
      [
        ...quick,
        '--env',
        'HEALTH_PORT=9998',
        '--volume',
        `${balancerFolder('monitor-uri /health')}:/usr/local/etc/haproxy:ro`,
      ],
      `sutra-load-balancer:${version}`,
    );
    for (const container of [refusing, closed]) {
      // As if it had been healthy before.
      await container.exec('bash', '-c', 'echo 2 >/tmp/.health-silences');
      await until(
        '6 checks',
        async () => Number(await container.field('{{.State.Health.FailingStreak}}')) >= 6,
        30_000,
      );
      expect(await container.field('{{.State.Health.Status}} {{.RestartCount}}')).toBe('unhealthy 0');
    }
    const [last] = JSON.parse(await refusing.field('{{json .State.Health.Log}}')).slice(-1);
    expect(last.Output).toBe('/health answers 503\n');
  });

  it('a model baked in is served without any mount, and the image says which it is', async () => {
    try {
      const [baked] = builtBy(await build(['embedder', '--model', small]));
      const entry = registryEntry(small);
      const labels = JSON.parse(await docker('inspect', '--format', '{{json .Config.Labels}}', String(baked?.id)));
      expect(labels).toMatchObject({'dev.sutra.model': entry.id, 'dev.sutra.artifact': artifactOf(entry)});
      await using embedder = await startEmbedder('img-test-baked', firstPort + 1);
      await until('healthy', () => isHealthy(embedder), 60_000);
      const answer = await embed(firstPort + 1);
      expect(answer.headers.get('x-sutra-artifact')).toBe(artifactOf(entry));
      const servedBytes = Number(await embedder.exec('stat', '--format', '%s', '/model/model.onnx'));
      const [fullBytes] = registryEntry('all-MiniLM-L6-v2').files.map(({sizeBytes}) => sizeBytes);
      expect(servedBytes).toBeLessThan(Number(fullBytes) / 3);
    } finally {
      builtBy(await build(['embedder']));
    }
  });
});

describe('a push', () => {
  const inRegistry = (host: string) => ['latest', version].map((tag) => `${host}/me/sutra-load-balancer:${tag}`);

  it('brings the version and latest to the registry', async () => {
    await using registry = await startImageRegistry({allowed: true});
    try {
      const [pushed] = builtBy(await build(['load-balancer', '--push', '--registry', `${registry.host}/me`]));
      expect([...registry.images].sort()).toEqual([
        `me/sutra-load-balancer:${version}`,
        'me/sutra-load-balancer:latest',
      ]);
      expect(pushed?.tags).toEqual(expect.arrayContaining(inRegistry(registry.host)));
    } finally {
      await docker('rmi', ...inRegistry(registry.host));
    }
  });

  it('that is refused asks for a login', async () => {
    await using registry = await startImageRegistry({allowed: false});
    const run = await build(['load-balancer', '--push', '--registry', `${registry.host}/me`]);
    await docker('rmi', ...inRegistry(registry.host));
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain(`docker login ${registry.host}`);
  });
});

describe('a build that fails', () => {
  const failed = (run: Run) => ({
    exitCode: run.exitCode,
    ...(run.json as {error: {code: string; message: string}}).error,
  });

  it('leaves the names of the earlier images as they were, and nothing half-made', async () => {
    const empty = 'img-test-empty:1';
    await docker('import', '--change', 'CMD ["x"]', '/dev/null', empty).catch(() => undefined);
    const before = await idsOf(tags);
    const source = `SOURCE=https://example.org/${Date.now()}`;
    const run = failed(await build(['--build-arg', source, '--build-arg', `HAPROXY_IMAGE=${empty}`]));
    expect(run).toMatchObject({exitCode: 6, code: 'BUILD_FAILED'});
    expect(run.message).toContain('sutra-load-balancer could not be built');
    expect(await idsOf(tags)).toEqual(before);
    const label = `label=org.opencontainers.image.source=${source.slice('SOURCE='.length)}`;
    expect(await docker('images', '--quiet', '--filter', label)).toBe('');
    await docker('rmi', empty);
  });

  it('for want of a base image names it', async () => {
    const run = failed(await build(['cache', '--build-arg', `NODE_IMAGE=127.0.0.1:${firstPort + 2}/no-such:1`]));
    expect(run).toMatchObject({exitCode: 4, code: 'NETWORK'});
    expect(run.message).toContain(`the base image 127.0.0.1:${firstPort + 2}/no-such:1`);
  });

  it('because npm cannot be reached says so, and how to go through a proxy', async () => {
    const run = await build(['cache'], {npm_config_registry: 'http://127.0.0.1:9/'});
    expect(failed(run)).toMatchObject({exitCode: 4, code: 'NETWORK'});
    expect(run.stdout).toContain('HTTPS_PROXY=');
  });

  it('without an engine says where it looked', async () => {
    const run = failed(await build([], {DOCKER_HOST: `unix://${files}/none.sock`}));
    expect(run).toMatchObject({exitCode: 3, code: 'TOOL_MISSING'});
    expect(run.message).toContain(`${files}/none.sock`);
  });

  it('for an unknown service offers the nearest', async () => {
    const run = await build(['embeder']);
    expect(failed(run)).toMatchObject({exitCode: 2, code: 'USAGE'});
    expect(run.stdout).toContain('sutra build embedder');
  });
});
