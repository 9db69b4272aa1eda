// needs: docker
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {StackReport} from '../../src/stack/stack-report.js';
import {type ComposeStack, composeFolder, deployComposeStack, docker} from '../support/compose-stack.js';
import {awaitReplaced, pidOf} from '../support/container-kill.js';
import {type LoadResult, loadDuring} from '../support/load.js';
import {tagImages} from '../support/other-images.js';
import {offsetFlags} from '../support/ports.js';

// A running stack of containers changes under load; every text is new, nothing is retried. The rate leaves room for the
// containers that start: test/slow/rollout-table.ts asks for half of what the stack can do.
const project = 'life';
const flags = [
  '--edition',
  'community',
  '--model',
  'all-MiniLM-L6-v2-int8',
  '--replicas',
  '2',
  ...(await offsetFlags()),
];
const sizeBytes = 200;
const ratePerSecond = 20;

let stack: ComposeStack;

beforeAll(async () => {
  stack = await deployComposeStack(project, flags);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

async function underLoad<T>(change: () => Promise<T>): Promise<T> {
  const {load, value} = await loadDuring({url: stack.report.urls.api, sizeBytes, ratePerSecond}, change);
  expectNoneFailed(load);
  return value;
}

function expectNoneFailed({sent, answered, failed, resets, failures}: LoadResult): void {
  expect(sent).toBeGreaterThan(20);
  expect({answered, failed, resets, failures}).toEqual({answered: sent, failed: 0, resets: 0, failures: {}});
}

const deploy = (args: string[] = [], env: Record<string, string> = {}) =>
  stack.run(['deploy', '--json', '--project', project, ...flags, ...args], env);
const status = async () => (await stack.run(['status', '--json'])).json as StackReport;
const modelsIn = ({services}: StackReport) => services.filter(({role}) => role === 'model').map(({name}) => name);

test('scaling to three and back to two loses no request', async () => {
  const more = await underLoad(() => stack.run(['scale', '3', '--json']));
  expect(more, more.stderr).toMatchObject({exitCode: 0});
  expect(modelsIn(await status())).toEqual(['ml-base-1', 'ml-base-2', 'ml-base-3']);
  const less = await underLoad(() => stack.run(['scale', '2', '--json']));
  expect(less, less.stderr).toMatchObject({exitCode: 0});
  expect(modelsIn(await status())).toEqual(['ml-base-1', 'ml-base-2']);
});

test.each(['ml-base-2', 'embedding-service-1'])('a crash of %s loses no request, and it comes back', async (victim) => {
  const pid = await pidOf(stack, victim);
  await underLoad(async () => {
    process.kill(pid, 'SIGKILL');
    await awaitReplaced(stack, victim, pid);
  });
});

test('other images are rolled out one replica at a time, and rolled back, and no request is lost', async () => {
  using other = tagImages('0.1.0-other', {embedder: ['ENV SUTRA_OTHER_IMAGE=1']});
  const images = () =>
    docker(['ps', '--filter', `label=dev.sutra.project=${project}`, '--format', '{{.Names}} {{.Image}}']);
  const rolled = await underLoad(() => deploy([], {SUTRA_VERSION: other.version}));
  expect(rolled, rolled.stderr).toMatchObject({exitCode: 0});
  expect(images()).toContain(`life-ml-base-2 sutra-embedder:${other.version}`);
  const back = await underLoad(() => stack.run(['rollback', '--json']));
  expect(back, back.stderr).toMatchObject({exitCode: 0});
  expect(images()).not.toContain(other.version);
});

test('an image that does not start is shown with its last lines, and the previous deployment is restored', async () => {
  const broken = `ENTRYPOINT ["node", "-e", "console.error('no such library'); process.exit(3)"]`;
  using other = tagImages('0.1.0-broken', {embedder: [broken]});
  const failed = await underLoad(() => deploy([], {SUTRA_VERSION: other.version}));
  expect(failed.exitCode).toBe(6);
  expect(failed.stderr).toMatch(/last lines of \S+:\s+no such library/);
  expect(failed.stderr).toContain('restoring the previous deployment');
  const {services} = await status();
  expect(new Set(services.map(({state}) => state))).toEqual(new Set(['healthy']));
});

test('another model is not taken without a yes', async () => {
  const {exitCode, stderr} = await stack.run(['deploy', '--project', project, ...flags.with(3, 'bge-small-en-v1.5')]);
  expect({exitCode, stderr}).toMatchObject({exitCode: 2});
  expect(stderr).toContain('--yes');
});

test('a second stack stands beside the first, and neither touches the other', async () => {
  const before = await status();
  await using second = await deployComposeStack('beside', [...flags.slice(2, 4), ...(await offsetFlags())]);
  expect(second.report.services.map(({name}) => name)).toContain('ml-base-1');
  expect((await second.stop()).exitCode).toBe(0);
  expect((await status()).services.map(({name, pid}) => [name, pid])).toEqual(
    before.services.map(({name, pid}) => [name, pid]),
  );
});

test('the same project in another folder is refused by name', async () => {
  await using thief = composeFolder('nobody');
  const {exitCode, stderr} = await thief.run([
    'deploy',
    '--project',
    project,
    ...flags.slice(0, 4),
    ...(await offsetFlags()),
  ]);
  expect(exitCode).toBe(5);
  expect(stderr).toMatch(/a container named life-\S+ exists already and belongs to the stack in/);
  expect(stderr).toContain(stack.path);
});

test('vectors come back from a backup after the volume is gone', async () => {
  const url = `${stack.report.urls.api}/embed`;
  const texts = Array.from({length: 40}, (_, index) => `kept text ${index}`);
  const ask = async () => (await post(url, {texts})).cached_count;
  await ask();
  const stored = async () => ((await stack.run(['cache', 'verify', '--json'])).json as {checked: number}).checked;
  await expect.poll(stored, {timeout: 15_000}).toBeGreaterThanOrEqual(texts.length);
  const backup = await stack.run(['backup', 'life.backup', '--json']);
  expect(backup, backup.stderr).toMatchObject({exitCode: 0});
  await stack.stop();
  docker(['volume', 'rm', `${project}_cache`]);
  await deploy();
  const restored = await stack.run(['restore', 'life.backup', '--json']);
  expect(restored, restored.stderr).toMatchObject({exitCode: 0});
  expect(await ask()).toBe(texts.length);
});

test('a stopped stack leaves no container, network or port, and keeps its vectors', async () => {
  await stack.stop();
  const filter = ['--filter', `label=com.docker.compose.project=${project}`];
  expect(docker(['ps', '--all', '--quiet', ...filter])).toBe('');
  expect(docker(['network', 'ls', '--quiet', ...filter])).toBe('');
  expect(docker(['volume', 'ls', '--quiet', ...filter])).not.toBe('');
});

test('destroy keeps the vectors; with --volumes it takes them too, also afterwards', async () => {
  const volumes = () =>
    docker(['volume', 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${project}`]).trim();
  expect(await stack.run(['destroy', '--yes'])).toMatchObject({exitCode: 0});
  expect(volumes()).toBe(`${project}_cache`);
  expect(await stack.run(['destroy', '--volumes', '--yes'])).toMatchObject({exitCode: 0});
  expect(volumes()).toBe('');
});

async function post(url: string, body: object): Promise<{cached_count: number}> {
  const answer = await fetch(url, {method: 'POST', body: JSON.stringify(body)});
  return (await answer.json()) as {cached_count: number};
}
