// needs: haproxy
import {createServer} from 'node:net';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {marks} from '../../src/runtime/process/marks.js';
import type {StackReport} from '../../src/stack/stack-report.js';
import {signalProcess} from '../../src/system/process/process-identity.js';
import {leaseOffset} from '../support/ports.js';
import {deployStack, type Stack, stackFolder} from '../support/stack.js';
import {leftovers, portsOf} from '../support/stack-leftovers.js';
import {embed} from './embed-call.js';

const flagsOf = (project: string, offset: number): string[] => [
  ...['--edition', 'simple', '--model', 'all-MiniLM-L6-v2'],
  ...['--project', project, '--port-offset', String(offset)],
];

const [ofFirst, ofSecond, ofInterrupted] = [await leaseOffset(), await leaseOffset(), await leaseOffset()];
let first: Stack;

beforeAll(async () => {
  first = await deployStack(flagsOf('first', ofFirst));
});

afterAll(async () => {
  await first?.[Symbol.asyncDispose]();
});

test('a second stack lives beside the first, and its end leaves the first alone', async () => {
  await using second = await deployStack(flagsOf('b', ofSecond));
  const [one, other] = await Promise.all(
    [first, second].map(({report}) => embed(report.urls.api, {texts: ['the same in both']})),
  );
  expect(other?.embeddings).toEqual(one?.embeddings);
  await second.stop();
  expect(await leftovers(second, portsOf(second.report))).toEqual([]);
  expect(await pidsOf(first)).toEqual(first.report.services.map(({pid}) => pid));
  await embed(first.report.urls.api, {texts: ['the first goes on']});
});

describe('a port that is taken', () => {
  test('by another stack: refused before anything starts, naming service, pid, project and folder', async () => {
    await using folder = stackFolder();
    const {exitCode, stderr} = await folder.run(['deploy', ...flagsOf('c', ofFirst)]);
    expect(exitCode).toBe(5);
    const [, model, edge] = first.report.services;
    expect(stderr).toContain(`port ${8_887 + ofFirst}, for ml-base-1, is taken by node (pid ${model?.pid})`);
    expect(stderr).toContain(`port ${8_888 + ofFirst}, for embedding-service-1, is taken by node (pid ${edge?.pid})`);
    expect(stderr).toContain(`ml-base-1 of the sutra stack "first" in ${first.path}`);
    expect(await leftovers(folder, [])).toEqual([]);
    expect(await pidsOf(first)).toEqual(first.report.services.map(({pid}) => pid));
  });

  test('by a stranger: its pid and program are named, nothing starts', async () => {
    await using folder = stackFolder();
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(8_888 + ofSecond, '127.0.0.1', resolve));
    const {exitCode, json} = await folder.run(['deploy', '--json', ...flagsOf('c', ofSecond)]);
    stranger.close();
    expect(exitCode).toBe(5);
    const {error} = json as {error: {code: string; message: string; cures: string[]}};
    expect(error.code).toBe('PORT_TAKEN');
    expect(error.message).toMatch(
      new RegExp(`port ${8_888 + ofSecond}, for embedding-service-1, is taken by \\S+ \\(pid ${process.pid}\\)`),
    );
    expect(error.cures.join('\n')).toContain('--port-offset');
    expect(await leftovers(folder, [8_887 + ofSecond])).toEqual([]);
  });
});

describe('Ctrl-C in the middle of deploy', () => {
  const flags = [
    ...['deploy', '--edition', 'community', '--model', 'all-MiniLM-L6-v2'],
    ...['--project', 'interrupted', '--port-offset', String(ofInterrupted)],
  ];
  const ports = [8_887, 8_888, 8_891, 8_892, 8_893, 8_901, 8_902, 9_999].map((port) => port + ofInterrupted);

  test.each([
    ['while it looks at the ports', 'Check the ports ...'],
    ['when it begins to start', 'Start the services ...'],
    ['when the first model starts', 'ml-base-1: starting'],
    ['when the first model serves', 'ml-base-1: healthy'],
    ['while it waits for the load balancer', 'Wait for the load balancer ...'],
    ['before the sample', 'Send a test request ...'],
  ])('%s: exit 130, and nothing is left', async (_, moment) => {
    await using folder = stackFolder();
    const {child, done} = folder.start(flags);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      if (said.includes(moment)) return;
      said += chunk.toString();
      if (said.includes(moment)) child.kill('SIGINT');
    });
    const {exitCode, stderr} = await done;
    expect(said).toContain(moment);
    expect({exitCode, interrupted: stderr.includes('interrupted')}).toEqual({exitCode: 130, interrupted: true});
    expect(await leftovers(folder, ports)).toEqual([]);
  });
});

test('kill -9 of the supervisor: services go on, and the next deploy takes them over as they are', async () => {
  const keeper = first.processes().find(({env}) => env[marks.instance] === undefined);
  expect(keeper).toBeDefined();
  if (keeper !== undefined) signalProcess(keeper.identity, 'SIGKILL');
  const status = async () => (await first.run(['status', '--json'])).json;
  await expect.poll(status, {timeout: 10_000}).toMatchObject({keeper: 'lost'});
  await embed(first.report.urls.api, {texts: ['nobody watches']});
  const again = await first.run(['deploy', '--json', ...flagsOf('first', ofFirst)]);
  expect(again.exitCode).toBe(0);
  expect((again.json as StackReport).services.map(({pid}) => pid)).toEqual(first.report.services.map(({pid}) => pid));
  expect((await first.run(['status', '--json'])).json).toMatchObject({keeper: 'running'});
  const model = first.report.services.find(({name}) => name === 'ml-base-1');
  process.kill(model?.pid ?? Number.NaN, 'SIGKILL');
  await expect.poll(() => pidsOf(first), {timeout: 30_000, interval: 500}).not.toContain(model?.pid);
});

async function pidsOf(stack: Stack): Promise<(number | null)[]> {
  const {json} = await stack.run(['status', '--json']);
  return (json as StackReport).services.map(({pid}) => pid);
}
