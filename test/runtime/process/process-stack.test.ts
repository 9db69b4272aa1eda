import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {compiledCodeFolder} from '../../../src/system/process/compiled-code.js';
import {isPortFree} from '../../../src/system/process/ports.js';
import {answerOf, eventually, stackUnderTest} from './stack-under-test.js';

test('a stack comes up, says each step, and down leaves no process, port or run file', async () => {
  const {stack, spec, down, processes, runFiles, events, port} = await stackUnderTest();
  const seen: string[] = [];
  const specs = [spec('model-1', 0, {env: {CHILD: '1'}}), spec('model-2', 1), spec('door', 2)];
  const status = await stack.reconcile(specs, {
    signal: AbortSignal.timeout(25_000),
    onChange: ({name, state}) => seen.push(`${name} ${state}`),
  });
  expect(status.keeper.state).toBe('running');
  expect(status.instances.map(({name, state}) => [name, state])).toEqual([
    ['model-1', 'healthy'],
    ['model-2', 'healthy'],
    ['door', 'healthy'],
  ]);
  expect(await answerOf(`http://127.0.0.1:${port}/`)).toBe(String(status.instances[0]?.pid));
  expect(seen).toContain('door healthy');
  expect(processes().length).toBeGreaterThanOrEqual(5);

  await down();
  expect(processes()).toEqual([]);
  expect(runFiles()).toEqual([]);
  for (const taken of [port, port + 1, port + 2]) expect(await isPortFree(taken)).toBe(true);
  expect((await stack.status()).keeper.state).toBe('none');
  expect(events().map(({kind}) => kind)).toEqual(expect.arrayContaining(['up', 'spawn', 'healthy', 'stop', 'down']));
});

test('supervisor and services keep what is compiled where the command does, whatever its own variables say', async () => {
  vi.stubEnv('NODE_COMPILE_CACHE', '/tmp');
  onTestFinished(() => void vi.unstubAllEnvs());
  const {up, spec, processes} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const folders = processes().map(
    ({identity}) =>
      readFileSync(`/proc/${identity.pid}/environ`, 'utf8').match(/(?:^|\0)NODE_COMPILE_CACHE=([^\0]*)/)?.[1],
  );
  expect(folders).toEqual([compiledCodeFolder(), compiledCodeFolder()]);
  expect(folders[0]).toMatch(/\/sutra\/compiled$/);
});

test('down ends what leans on others first', async () => {
  const {up, spec, down, notes} = await stackUnderTest();
  await up([spec('model-1', 0), spec('model-2', 1), spec('edge', 2), spec('door', 3)]);
  await down();
  const order = notes('term').map(({instance}) => instance);
  expect(order.slice(0, 2)).toEqual(['door', 'edge']);
  expect(order.slice(2).sort()).toEqual(['model-1', 'model-2']);
});

test('a crashed service is started again after a growing wait, and the journal says so', async () => {
  const {stack, up, spec, notes, events, port} = await stackUnderTest();
  await up([spec('model-1', 0), spec('model-2', 1)]);
  for (const round of [1, 2]) {
    await answerOf(`http://127.0.0.1:${port}/crash`).catch(() => undefined);
    await eventually(async () => {
      const [first] = (await stack.status()).instances;
      return first?.restarts === round && first.state === 'healthy';
    });
  }
  expect(notes('start').filter(({instance}) => instance === 'model-1')).toHaveLength(3);
  expect(notes('start').filter(({instance}) => instance === 'model-2')).toHaveLength(1);
  expect((await stack.status()).instances[0]?.lastExit).toMatchObject({code: 1, signal: null});
  const times = events().filter(({entity}) => entity === 'model-1');
  const crashes = times.filter(({kind}) => kind === 'crash').map(({at}) => Date.parse(at));
  const restarts = times.filter(({kind}) => kind === 'restart').map(({at}) => Date.parse(at));
  const waits = restarts.map((at, round) => at - (crashes[round] ?? Number.NaN));
  expect(waits).toHaveLength(2);
  expect(waits[0]).toBeGreaterThanOrEqual(245);
  expect(waits[1]).toBeGreaterThanOrEqual(495);
});

test('what a crashed service leaves behind is ended before it starts again', async () => {
  const {stack, up, spec, processes, port} = await stackUnderTest();
  await up([spec('model-1', 0, {env: {CHILD: '1'}})]);
  const child = await eventually(() =>
    processes().find(({leader, env}) => !leader && env.SUTRA_INSTANCE === 'model-1'),
  );
  await answerOf(`http://127.0.0.1:${port}/crash`).catch(() => undefined);
  await eventually(async () => {
    const [first] = (await stack.status()).instances;
    return first?.restarts === 1 && first.state === 'healthy';
  });
  expect(processes().some(({identity}) => identity.pid === child.identity.pid)).toBe(false);
});

test('a killed service is started again', async () => {
  const {stack, up, spec, pids} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const pid = (await pids()).get('model-1') ?? Number.NaN;
  process.kill(pid, 'SIGKILL');
  await eventually(async () => {
    const [first] = (await stack.status()).instances;
    return first?.state === 'healthy' && first.pid !== pid;
  });
  expect((await stack.status()).instances[0]?.lastExit).toMatchObject({code: null, signal: 'SIGKILL'});
});

test('a service that stands still is seen, killed and started again', {timeout: 60_000}, async () => {
  const {stack, up, spec, pids, events} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const pid = (await pids()).get('model-1') ?? Number.NaN;
  process.kill(pid, 'SIGSTOP');
  await eventually(async () => {
    const [first] = (await stack.status()).instances;
    return first?.state === 'healthy' && first.pid !== pid;
  }, 40_000);
  expect(events().find(({kind}) => kind === 'kill')).toMatchObject({
    entity: 'model-1',
    cause: 'it stopped responding',
  });
});

test('a service that answers 503 while it loads is left alone', async () => {
  const {up, spec, notes} = await stackUnderTest();
  const status = await up([spec('model-1', 0, {env: {LOADING_MS: '3000'}})]);
  expect(status.instances[0]?.state).toBe('healthy');
  expect(notes('start')).toHaveLength(1);
});

test('a service that ends three times at its start fails the deploy with its last lines', async () => {
  const {up, spec, notes, stateFolder} = await stackUnderTest();
  const failure = up([spec('model-1', 0), spec('model-2', 1, {env: {EXIT_AT_START: '1'}})]);
  await expect(failure).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('no such library'),
  });
  await expect(failure).rejects.toMatchObject({details: {log: join(stateFolder, 'logs', 'model-2.log')}});
  expect(notes('start').filter(({instance}) => instance === 'model-2')).toHaveLength(3);
});

test('a service that is not ready within its deadline fails the deploy', async () => {
  const {up, spec, notes} = await stackUnderTest();
  const failure = up([spec('model-1', 0, {startDeadlineMs: 1_500, env: {LOADING_MS: '60000'}})]);
  await expect(failure).rejects.toMatchObject({code: 'START_FAILED', message: expect.stringContaining('within 2 s')});
  expect(notes('start')).toHaveLength(1);
});

test('a program that is not there fails the deploy and names it', async () => {
  const {up, spec} = await stackUnderTest();
  const failure = up([spec('model-1', 0, {program: '/nowhere/haproxy'})]);
  await expect(failure).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('/nowhere/haproxy'),
  });
});

test('an aborted deploy rejects at once with the reason, and down ends what had started', async () => {
  const {stack, spec, down, processes, notes} = await stackUnderTest();
  const controller = new AbortController();
  const deploy = stack.reconcile([spec('model-1', 0, {env: {LOADING_MS: '60000'}})], {signal: controller.signal});
  deploy.catch(() => undefined);
  await eventually(() => notes('start').length > 0);
  controller.abort(new Error('Ctrl-C'));
  await expect(deploy).rejects.toThrow('Ctrl-C');
  await down();
  expect(processes()).toEqual([]);
});

test('only the instance whose settings changed is restarted; one no longer wanted ends', async () => {
  const {up, spec, pids, port} = await stackUnderTest();
  await up([spec('model-1', 0), spec('model-2', 1), spec('edge', 2)]);
  const before = await pids();
  const status = await up([spec('model-1', 0), spec('model-2', 1, {env: {GREETING: 'new'}}), spec('door', 3)]);
  const after = await pids();
  expect(status.instances.map(({name}) => name)).toEqual(['model-1', 'model-2', 'door']);
  expect(after.get('model-1')).toBe(before.get('model-1'));
  expect(after.get('model-2')).not.toBe(before.get('model-2'));
  await eventually(() => isPortFree(port + 2));
});

test('an unchanged deploy leaves every process alone', async () => {
  const {up, spec, pids} = await stackUnderTest();
  await up([spec('model-1', 0), spec('model-2', 1)]);
  const before = await pids();
  await up([spec('model-1', 0), spec('model-2', 1)]);
  expect(await pids()).toEqual(before);
});

test('replicas are replaced one at a time while the artifact stays, and all together when it changes', async () => {
  const {up, spec, events} = await stackUnderTest();
  const replicas = (artifact: string, greeting: string) =>
    [1, 2, 3].map((number) => spec(`model-${number}`, number, {artifact, env: {GREETING: greeting}}));
  const kindsAfter = (count: number) =>
    events()
      .slice(count)
      .filter(({kind}) => kind === 'stop' || kind === 'spawn' || kind === 'healthy')
      .map(({kind}) => kind);
  await up(replicas('weights-a', 'one'));
  const first = events().length;
  await up(replicas('weights-a', 'two'));
  const turn = ['stop', 'spawn', 'healthy'];
  expect(kindsAfter(first)).toEqual([...turn, ...turn, ...turn]);
  const second = events().length;
  await up(replicas('weights-b', 'two'));
  expect(kindsAfter(second).slice(0, 4)).toEqual(['stop', 'stop', 'stop', 'spawn']);
});

test('a changed file is taken over by a signal, without a restart', async () => {
  const {up, spec, pids, notes} = await stackUnderTest();
  const door = (digest: string) => spec('door', 0, {reload: {signal: 'SIGUSR2', digest}});
  await up([door('a')]);
  const before = await pids();
  await up([door('b')]);
  expect(await pids()).toEqual(before);
  await eventually(() => notes('reload').length === 1);
  await up([door('b')]);
  expect(notes('reload')).toHaveLength(1);
});

test('a stopped instance stays down until the next deploy, also past the supervisor', async () => {
  const {stack, up, spec, pids} = await stackUnderTest();
  const specs = [spec('model-1', 0), spec('model-2', 1), spec('edge', 2)];
  await up(specs);
  const signal = AbortSignal.timeout(20_000);
  expect(await stack.stop('model-2', signal)).toMatchObject([{name: 'model-2', state: 'stopped', pid: null}]);
  process.kill((await stack.status()).keeper.pid ?? Number.NaN, 'SIGKILL');
  await eventually(async () => (await stack.status()).keeper.state === 'lost');
  expect(await stack.stop('edge', signal)).toMatchObject([{name: 'edge', state: 'stopped'}]);
  expect((await stack.status()).instances.map(({state}) => state)).toEqual(['healthy', 'stopped', 'stopped']);
  expect((await pids()).get('model-2')).toBeNull();
  expect(await stack.stop('model', signal)).toHaveLength(2);
  await expect(stack.stop('models', signal)).rejects.toMatchObject({
    code: 'USAGE',
    cures: [expect.stringContaining('model-2')],
  });
  const again = await up(specs);
  expect(again.instances.every(({state}) => state === 'healthy')).toBe(true);
});

test('a service that ignores its stop signal is killed after its grace', async () => {
  const {up, spec, down, processes, events} = await stackUnderTest();
  await up([spec('model-1', 0, {stopGraceMs: 700, env: {IGNORE_TERM: '1'}})]);
  await down();
  expect(processes()).toEqual([]);
  expect(events().find(({kind}) => kind === 'kill')?.cause).toBe('it did not stop within its grace period');
});

test('a damaged desired.json is said, the next deployment writes it anew, and down works without it', async () => {
  const {stack, up, spec, down, pids, stateFolder, processes} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const before = await pids();
  const desired = join(stateFolder, 'run/desired.json');
  writeFileSync(desired, '{"generation": 1, "inst');
  expect((await stack.status()).damage).toEqual(['run/desired.json is cut off or is not JSON']);
  await up([spec('model-1', 0)]);
  expect((await stack.status()).damage).toEqual([]);
  expect(await pids()).toEqual(before);
  writeFileSync(desired, '');
  expect(await pids()).toEqual(before);
  await down();
  expect(processes()).toEqual([]);
  expect(existsSync(join(stateFolder, 'run'))).toBe(false);
});

test('logs hold what services print, by instance or by service', async () => {
  const {stack, up, spec} = await stackUnderTest();
  await up([spec('model-1', 0), spec('model-2', 1), spec('edge', 2)]);
  const lines = async (names: string[]) => {
    const all: string[] = [];
    const signal = AbortSignal.timeout(5_000);
    for await (const {instance, text} of stack.logs(names, {tail: 5, follow: false, signal}))
      all.push(`${instance}: ${text}`);
    return all;
  };
  expect(await lines(['model'])).toEqual(['model-1: hello  from model-1', 'model-2: hello  from model-2']);
  expect(await lines(['edge'])).toEqual(['edge: hello  from edge']);
  expect(await lines([])).toHaveLength(3);
  await expect(lines(['nobody'])).rejects.toMatchObject({code: 'USAGE'});
});

test('services get a small environment: nothing of the command leaks in', async () => {
  process.env.SUTRA_LEAK_TEST = 'secret';
  const {up, spec, pids} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  delete process.env.SUTRA_LEAK_TEST;
  const pid = (await pids()).get('model-1');
  const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean)
    .map((pair) => pair.split('=')[0]);
  expect(names.filter((name) => !['PATH', 'HOME', 'TMPDIR', 'LANG'].includes(name ?? '')).sort()).toEqual([
    'NODE_COMPILE_CACHE',
    'NOTES',
    'PORT',
    'SUTRA_INSTANCE',
    'SUTRA_SPEC_DIGEST',
    'SUTRA_SPEC_PORTS',
    'SUTRA_STACK',
  ]);
});
