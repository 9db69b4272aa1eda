// needs: docker, haproxy
import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {LogLine} from '../../src/runtime/runtime.js';
import type {StackReport} from '../../src/stack/stack-report.js';
import {isPortFree} from '../../src/system/process/ports.js';
import {composeFolder, ensureImages} from '../support/compose-stack.js';
import {leaseOffset} from '../support/ports.js';
import {type StackFolder, stackFolder} from '../support/stack.js';

// What every runtime promises, seen through the command line: one suite, each runtime with real services.
const runtimes: Record<string, {folder: (project: string) => StackFolder; offset: number}> = {
  process: {folder: () => stackFolder(), offset: await leaseOffset()},
  compose: {folder: composeFolder, offset: await leaseOffset()},
};

/** A window in which a crash would have been made good. */
const downMs = 3_000;
const model = ['--edition', 'community', '--model', 'all-MiniLM-L6-v2-int8'];

describe.each(Object.entries(runtimes))('the %s runtime', (name, {folder: open, offset}) => {
  const project = `contract-${name}`;
  const flags = [...model, '--runtime', name, '--project', project, '--port-offset', String(offset)];
  let folder: StackFolder;
  let report: StackReport;
  const deploy = async (replicas = 2): Promise<StackReport> => {
    const {exitCode, json, stderr} = await folder.run(['deploy', '--json', ...flags, '--replicas', String(replicas)]);
    expect(exitCode, stderr).toBe(0);
    return json as StackReport;
  };
  const statesOf = ({services}: StackReport) => Object.fromEntries(services.map((one) => [one.name, one.state]));
  const pidsOf = ({services}: StackReport) => new Map(services.map((one) => [one.name, one.pid]));
  const status = async () => (await folder.run(['status', '--json'])).json as StackReport;
  const logged = async (options: string[]) => {
    const {json} = await folder.run(['logs', 'ml-base', '--json', ...options]);
    return (json as {lines: LogLine[]}).lines;
  };
  const embed = () =>
    fetch(`${report.urls.api}/embed`, {method: 'POST', body: JSON.stringify({texts: [`text ${Math.random()}`]})});

  beforeAll(async () => {
    if (name === 'compose') ensureImages();
    folder = open(project);
    report = await deploy();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  test('brings up every instance of the plan, healthy, and says where it runs', () => {
    expect(report.runtime).toBe(name);
    const states = statesOf(report);
    expect(Object.keys(states).sort()).toEqual([
      'embedding-service-1',
      'embedding-service-2',
      'ml-base-1',
      'ml-base-2',
      'ml-base-lb',
      'storage-cache-shard',
    ]);
    expect(new Set(Object.values(states))).toEqual(new Set(['healthy']));
  });

  test('answers', async () => {
    expect((await embed()).status).toBe(200);
  });

  test('leaves alone what is right already', async () => {
    const before = pidsOf(report);
    expect(pidsOf(await deploy())).toEqual(before);
  });

  test('goes on deploying when nobody reads its progress any more', async () => {
    const {child, done} = folder.start(['deploy', '--json', ...flags, '--replicas', '2']);
    child.stderr?.destroy();
    const {exitCode, json} = await done;
    expect(exitCode).toBe(0);
    expect(pidsOf(json as StackReport)).toEqual(pidsOf(report));
  });

  test('keeps a stopped instance down, and the others serve', async () => {
    const {exitCode, json} = await folder.run(['stop', 'ml-base-2', '--json']);
    expect({exitCode, json}).toMatchObject({exitCode: 0, json: {stopped: ['ml-base-2']}});
    await sleep(downMs);
    expect(statesOf(await status())).toMatchObject({'ml-base-1': 'healthy', 'ml-base-2': 'stopped'});
    expect((await embed()).status).toBe(200);
  });

  test('starts it again with the next deployment, and touches nothing else', async () => {
    const before = pidsOf(await status());
    const after = pidsOf(await deploy());
    const restarted = [...after]
      .filter(([instance, pid]) => before.get(instance) !== pid)
      .map(([instance]) => instance);
    expect(restarted).toEqual(['ml-base-2']);
  });

  test('replaces what differs and nothing else', async () => {
    const before = pidsOf(await status());
    const after = pidsOf(await deploy(3));
    for (const [instance, pid] of before) expect([instance, after.get(instance)]).toEqual([instance, pid]);
    expect(after.get('ml-base-3')).toBeTypeOf('number');
    expect(pidsOf(await deploy()).has('ml-base-3')).toBe(false);
  });

  test('names an instance nobody knows', async () => {
    const {exitCode, stderr} = await folder.run(['stop', 'ml-base-9']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no service or instance "ml-base-9"');
  });

  test('shows what the services wrote', async () => {
    const {json} = await folder.run(['logs', 'ml-base', '--json', '--tail', '5']);
    const {lines} = json as {lines: LogLine[]};
    expect(new Set(lines.map(({instance}) => instance))).toEqual(new Set(['ml-base-1', 'ml-base-2']));
    const times = lines.flatMap(({at}) => at ?? []);
    expect(times.length).toBeGreaterThan(2);
    expect(times).toEqual(times.toSorted());
  });

  test('follows what they write', async () => {
    const {child, done} = folder.start(['logs', 'storage-cache-shard', '--follow', '--tail', '1', '--json']);
    let shown = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    const follows = {timeout: 30_000};
    await expect.poll(() => shown, follows).toContain('\n');
    const before = shown.length;
    await folder.run(['stop', 'embedding-service-2']);
    await deploy();
    await expect.poll(() => shown.slice(before), follows).toContain('connection from embedding-service-2');
    child.kill('SIGINT');
    await done;
  });

  test('starts again as it was deployed, whatever sutra.yaml says now; once more changes nothing', async () => {
    const before = await status();
    await folder.run(['stop', '--json']);
    await writeFile(join(folder.path, 'sutra.yaml'), 'edition: simple\n');
    const started = await folder.run(['start', '--json']);
    expect(started.exitCode, started.stderr).toBe(0);
    expect(statesOf(started.json as StackReport)).toEqual(statesOf(before));
    expect((await embed()).status).toBe(200);
    const again = await folder.run(['start', '--json']);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(pidsOf(again.json as StackReport)).toEqual(pidsOf(started.json as StackReport));
    await rm(join(folder.path, 'sutra.yaml'));
  });

  test('shows what was written from a time on, with its time', async () => {
    const all = await logged(['--tail', '1000']);
    const starts = all.filter(({text}) => text.includes('"event":"started"'));
    const since = starts.at(-1)?.at ?? '';
    const recent = await logged(['--since', since]);
    expect(recent.length).toBeLessThan(all.length);
    expect(recent).toEqual(all.filter(({at}) => at !== null && at >= since));
  });

  test('shows each change of state while it is watched, and exits as the last state would', async () => {
    const {child, done} = folder.start(['status', '--watch', '--every', '1', '--json']);
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    const rows = () => seen.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as StackReport]));
    await expect.poll(() => rows().length, {timeout: 30_000}).toBeGreaterThan(0);
    await folder.run(['stop', 'ml-base-2', '--json']);
    const last = () => statesOf(rows().at(-1) ?? {...report, services: []})['ml-base-2'];
    await expect.poll(last, {timeout: 30_000}).toBe('stopped');
    child.kill('SIGINT');
    const {exitCode, stderr} = await done;
    expect({exitCode, stderr}).toEqual({exitCode: 12, stderr: ''});
    expect(new Set(Object.values(statesOf(rows()[0] ?? report)))).toEqual(new Set(['healthy']));
    // A block a change: some seconds of stopping are a few lines, not one a second for every figure.
    expect(rows().length).toBeLessThanOrEqual(5);
  });

  test('ends with no port left', async () => {
    const {exitCode} = await folder.run(['stop', '--json']);
    expect(exitCode).toBe(0);
    for (const base of [8888, 8887, 8891, 8892, 8901, 9999, 50_052]) {
      expect([base, await isPortFree(base + offset)]).toEqual([base, true]);
    }
    const {exitCode: none, stderr} = await folder.run(['status']);
    expect([none, stderr]).toEqual([7, expect.stringMatching(/the stack in \S+ is stopped\n {2}try: sutra start: /)]);
  });
});
