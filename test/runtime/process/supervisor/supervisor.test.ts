import {type ChildProcess, spawn} from 'node:child_process';
import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, onTestFinished, test} from 'vitest';
import {isPortFree} from '../../../../src/system/process/ports.js';
import {identify} from '../../../../src/system/process/process-identity.js';
import {answerOf, eventually, stackUnderTest, supervisorPid} from '../stack-under-test.js';

/** What a command waits at most for a supervisor to take up what it asks for. */
const longestTakeUpMs = 10_000;
/** For a second supervisor that would stay to show itself. */
const settleMs = 500;
const supervisorProgram = join(import.meta.dirname, '../../../../dist/runtime/process/supervisor/supervisor.js');

test('services outlive a killed supervisor, and the next command adopts them with the same pids', async () => {
  const {stack, up, spec, pids, notes, events, port} = await stackUnderTest();
  const specs = [spec('model-1', 0), spec('model-2', 1), spec('door', 2)];
  await up(specs);
  const before = await pids();
  process.kill(await supervisorPid(stack), 'SIGKILL');
  await eventually(async () => (await stack.status()).keeper.state === 'lost');
  expect(await answerOf(`http://127.0.0.1:${port}/`)).toBe(String(before.get('model-1')));
  expect((await stack.status()).instances.map(({state}) => state)).toEqual(['healthy', 'healthy', 'healthy']);

  const status = await up(specs);
  expect(status.keeper.state).toBe('running');
  expect(await pids()).toEqual(before);
  expect(notes('start')).toHaveLength(3);
  expect(events().filter(({kind}) => kind === 'adopt')).toHaveLength(3);
});

test('an adopted service that dies is started again', async () => {
  const {stack, up, spec, pids} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  process.kill(await supervisorPid(stack), 'SIGKILL');
  await up([spec('model-1', 0)]);
  const pid = (await pids()).get('model-1') ?? Number.NaN;
  process.kill(pid, 'SIGKILL');
  await eventually(async () => {
    const [first] = (await stack.status()).instances;
    return first?.state === 'healthy' && first.pid !== pid;
  });
});

test('a service that died while no supervisor lived is shown as failed and started by the next command', async () => {
  const {stack, up, spec, pids} = await stackUnderTest();
  await up([spec('model-1', 0), spec('model-2', 1)]);
  const before = await pids();
  process.kill(await supervisorPid(stack), 'SIGKILL');
  process.kill(before.get('model-1') ?? Number.NaN, 'SIGKILL');
  await eventually(async () => (await stack.status()).instances[0]?.state === 'failed');
  await up([spec('model-1', 0), spec('model-2', 1)]);
  expect((await pids()).get('model-2')).toBe(before.get('model-2'));
  expect((await pids()).get('model-1')).not.toBe(before.get('model-1'));
});

test('down ends everything although the supervisor was killed', async () => {
  const {stack, up, spec, down, processes, runFiles} = await stackUnderTest();
  await up([spec('model-1', 0, {env: {CHILD: '1'}}), spec('door', 1)]);
  process.kill(await supervisorPid(stack), 'SIGKILL');
  await down();
  expect(processes()).toEqual([]);
  expect(runFiles()).toEqual([]);
});

test('down ends everything although the supervisor hangs', {timeout: 60_000}, async () => {
  const {stack, up, spec, processes, events, clock} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  process.kill(await supervisorPid(stack), 'SIGSTOP');
  const ending = stack.down(AbortSignal.timeout(50_000));
  clock.pass(longestTakeUpMs);
  await ending;
  expect(processes()).toEqual([]);
  // Another one did it, in good order.
  expect(events().filter(({kind}) => kind === 'supervisor-start')).toHaveLength(2);
});

test('a supervisor that hangs is replaced by the next deploy, and its services stay', {timeout: 60_000}, async () => {
  const {stack, up, spec, pids, clock} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const [before, hanging] = [await pids(), await supervisorPid(stack)];
  process.kill(hanging, 'SIGSTOP');
  const deploying = up([spec('model-1', 0)]);
  clock.pass(longestTakeUpMs);
  await deploying;
  expect(await supervisorPid(stack)).not.toBe(hanging);
  expect(await pids()).toEqual(before);
});

test('down ends the services even when the state folder has lost its files', async () => {
  const {up, spec, down, processes, stateFolder} = await stackUnderTest();
  await up([spec('model-1', 0), spec('door', 1)]);
  rmSync(join(stateFolder, 'run'), {recursive: true});
  await down();
  expect(processes()).toEqual([]);
});

test('down ends everything even when it cannot write down that it should', async () => {
  const {up, spec, down, processes, stateFolder, runFiles} = await stackUnderTest();
  await up([spec('model-1', 0), spec('door', 1)]);
  writeFileSync(join(stateFolder, 'run/admin.sock'), '');
  rmSync(join(stateFolder, 'run/desired.json'));
  mkdirSync(join(stateFolder, 'run/desired.json'));
  await down();
  expect(processes()).toEqual([]);
  expect(runFiles()).toEqual([]);
});

test('a damaged state.json loses no process: the next supervisor finds them by their mark', async () => {
  const {stack, up, spec, pids, stateFolder} = await stackUnderTest();
  const specs = [spec('model-1', 0), spec('door', 1)];
  await up(specs);
  const before = await pids();
  const state = join(stateFolder, 'run/state.json');
  const stopped = await supervisorPid(stack);
  process.kill(stopped, 'SIGKILL');
  await eventually(async () => (await stack.status()).keeper.state === 'lost');
  writeFileSync(state, readFileSync(state, 'utf8').slice(0, 100));
  const seen = await stack.status();
  expect(seen.damage).toContain('run/state.json is cut off or is not JSON');
  expect(seen.instances.map(({state}) => state)).toEqual(['healthy', 'healthy']);

  supervise(stateFolder);
  await eventually(async () => (await stack.status()).damage.length === 0);
  expect(await pids()).toEqual(before);

  writeFileSync(state, '{');
  await eventually(async () => (await stack.status()).damage.length === 0);
  expect(await pids()).toEqual(before);
  process.kill(await supervisorPid(stack), 'SIGSTOP');
  expect((await stack.status()).keeper.state).toBe('suspended');
});

test('a pid that now belongs to another process is neither adopted nor signalled', async () => {
  const {stack, up, spec, pids, down, stateFolder} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  process.kill(await supervisorPid(stack), 'SIGKILL');
  const service = (await pids()).get('model-1') ?? Number.NaN;
  process.kill(service, 'SIGKILL');
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore', detached: true});
  onTestFinished(() => void stranger.kill('SIGKILL'));
  const path = join(stateFolder, 'run/state.json');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`"pid": ${service}`, `"pid": ${stranger.pid}`));
  await eventually(async () => (await stack.status()).instances[0]?.state === 'failed');
  await up([spec('model-1', 0)]);
  expect((await pids()).get('model-1')).not.toBe(stranger.pid);
  await down();
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
});

test('a state.json that names another process, start time and all, makes it neither adopted nor signalled', async () => {
  const {stack, up, spec, pids, down, stateFolder} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  process.kill(await supervisorPid(stack), 'SIGKILL');
  const service = (await pids()).get('model-1') ?? Number.NaN;
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore', detached: true});
  onTestFinished(() => void other.kill('SIGKILL'));
  const named = identify(other.pid ?? 0);
  const path = join(stateFolder, 'run/state.json');
  const state = JSON.parse(readFileSync(path, 'utf8'));
  state.instances[0].running.identity = named;
  writeFileSync(path, JSON.stringify(state));
  await up([spec('model-1', 0)]);
  expect((await pids()).get('model-1')).toBe(service);
  await down();
  expect(named).not.toBeNull();
  expect(other).toMatchObject({exitCode: null, signalCode: null});
});

test('a second supervisor of the same folder leaves at once', async () => {
  const {stack, up, spec, stateFolder, processes} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const first = await supervisorPid(stack);
  const extra = [supervise(stateFolder), supervise(stateFolder)];
  await Promise.all(extra.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  expect(await supervisorPid(stack)).toBe(first);
  expect(processes()).toHaveLength(2);
});

test('of supervisors that start together over a dead one, exactly one stays', async () => {
  const {stack, up, spec, stateFolder, notes} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  process.kill(await supervisorPid(stack), 'SIGKILL');
  await eventually(async () => (await stack.status()).keeper.state === 'lost');
  const racing = [1, 2, 3, 4].map(() => supervise(stateFolder));
  await eventually(() => racing.filter(({exitCode}) => exitCode === 0).length === 3);
  await sleep(settleMs);
  expect(racing.filter(({exitCode}) => exitCode === null)).toHaveLength(1);
  expect(notes('start')).toHaveLength(1);
});

test('of two commands at work on one stack the second is told who has it', async () => {
  const {stack, up, spec, stateFolder, system} = await stackUnderTest();
  const other = spawn(process.execPath, ['-e', lockFor(stateFolder, 30_000)], {stdio: ['ignore', 'pipe', 'inherit']});
  onTestFinished(() => void other.kill('SIGKILL'));
  await new Promise((resolve) => other.stdout.once('data', resolve));
  const busy = {code: 'BUSY', message: expect.stringContaining(`pid ${other.pid}`), details: {pid: other.pid}};
  await expect(up([spec('model-1', 0)])).rejects.toMatchObject(busy);
  await expect(stack.down(system.signal)).rejects.toMatchObject({code: 'BUSY'});
  other.kill('SIGKILL');
  await new Promise((resolve) => other.once('exit', resolve));
  // A dead command keeps nobody out.
  expect((await up([spec('model-1', 0)])).keeper.state).toBe('running');
});

test('a stack whose folder was moved away is left by its supervisor and not steered by two', async () => {
  const {stack, up, spec, stateFolder, port} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const supervisor = await supervisorPid(stack);
  renameSync(join(stateFolder, 'run'), join(stateFolder, 'elsewhere'));
  await eventually(() => !isRunning(supervisor));
  expect(await answerOf(`http://127.0.0.1:${port}/`)).toMatch(/^\d+$/);
});

test('killed again and again at any moment, a supervisor never starts a second copy and orphans nothing', {
  timeout: 180_000,
}, async () => {
  const {stack, up, spec, down, processes, runFiles, stateFolder, port} = await stackUnderTest();
  const random = sequence(20_240_607);
  let kills = 0;
  const killSupervisor = async () => {
    const pid = (await stack.status().catch(() => null))?.keeper.pid;
    if (!pid) return;
    process.kill(pid, 'SIGKILL');
    kills += 1;
  };
  for (let round = 0; round < 15; round += 1) {
    const specs = [1, 2, 3].map((number) => spec(`model-${number}`, number, {env: {GREETING: String(round % 4)}}));
    const deploy = up(specs);
    deploy.catch(() => undefined);
    for (let kill = 0; kill < 2; kill += 1) {
      const momentMs = 40 + random() * 400;
      await sleep(momentMs);
      await killSupervisor();
    }
    const status = await deploy;
    expect(status.instances.map(({state}) => state)).toEqual(['healthy', 'healthy', 'healthy']);
    const copies = processes().flatMap(({env}) => env.SUTRA_INSTANCE ?? []);
    expect(copies.sort()).toEqual(['model-1', 'model-2', 'model-3']);
    for (const [index, taken] of [port + 1, port + 2, port + 3].entries()) {
      expect(await answerOf(`http://127.0.0.1:${taken}/`)).toBe(String(status.instances[index]?.pid));
    }
    if (round % 5 !== 4) continue;
    const ending = down();
    const momentMs = random() * 300;
    await sleep(momentMs);
    await killSupervisor();
    await ending;
    expect(processes()).toEqual([]);
    expect(runFiles()).toEqual([]);
    for (const taken of [port + 1, port + 2, port + 3]) expect(await isPortFree(taken)).toBe(true);
    mkdirSync(stateFolder, {recursive: true});
  }
  expect(kills, 'supervisors that were there to be killed').toBeGreaterThan(10);
});

function supervise(stateFolder: string): ChildProcess {
  const env = {PATH: process.env.PATH ?? '', SUTRA_STACK: stateFolder};
  const child = spawn(process.execPath, [supervisorProgram, stateFolder], {stdio: 'ignore', env});
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function lockFor(stateFolder: string, milliseconds: number): string {
  const module = join(import.meta.dirname, '../../../../dist/runtime/process/process-stack.js');
  return `
    const {processStack} = await import(${JSON.stringify(module)});
    processStack({}, {stateFolder: ${JSON.stringify(stateFolder)}}).lock('deploy');
    process.stdout.write('locked');
    setTimeout(() => {}, ${milliseconds});
  `;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Reproducible numbers in [0, 1). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
