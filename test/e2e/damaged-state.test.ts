// needs: haproxy
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Damage, damages, folderDamages, stateFiles} from '../support/damage.js';
import {type DamagedStack, damagedStack, expectMended} from '../support/damaged-stack.js';
import {leaseOffset} from '../support/ports.js';
import {leftovers} from '../support/stack-leftovers.js';

// Every file of a running stack, damaged: status says so, deploy mends it and keeps the services, stop and destroy end
// them. Here one damage a file; SUTRA_ALL_DAMAGES=1 tries all on all.

const offset = await leaseOffset();
let stack: DamagedStack;
const names = Object.keys(damages) as Damage[];
const everything = process.env.SUTRA_ALL_DAMAGES !== undefined;

beforeAll(async () => {
  stack = damagedStack(offset);
  await stack.deploy();
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Without them nothing is known to be missing, and nothing is: a journal begins anew, a lock is free. */
const unnoticed: Record<string, Damage[]> = {
  'journal.jsonl': names.filter((name) => !name.includes('place')),
  'run/lock': ['gone'],
};

test('status, then deploy, for every file', {timeout: 1_200_000}, async () => {
  expect((await stack.look()).problems).toEqual([]);
  writeFileSync(
    join(stack.state, 'run/lock'),
    '{"pid": 1, "startKey": "long gone", "purpose": "deploy", "sinceMs": 1}',
  );
  const files = stateFiles(stack.state);
  for (const file of ['plan.json', 'run/desired.json', 'run/state.json', 'secrets/tls.pem', 'written.json']) {
    expect(files).toContain(file);
  }
  for (const {file, damage} of rowsOf(files)) {
    const path = join(stack.state, file.startsWith('plans/') ? newestPlan() : file);
    if (file === 'run/state.json') await stack.killSupervisor();
    if (file === 'run/lock') writeFileSync(path, '{}');
    const what = file.startsWith('plans/') ? '^plans/' : `^${file}$|^supervisor$`;
    await expectMended(stack, () => damages[damage](path), {
      names: new RegExp(what),
      replaces: file.includes('secrets/cache'),
    });
  }
});

/** One that is damaged is set aside, and the next deployment writes it under another number. */
function newestPlan(): string {
  const newest = stateFiles(stack.state).findLast((file) => file.startsWith('plans/'));
  if (newest === undefined) throw new Error('no plan is kept');
  return newest;
}

function rowsOf(files: string[]): {file: string; damage: Damage}[] {
  return files.flatMap((file, index) => {
    const noticed = names.filter((name) => !(unnoticed[file] ?? []).includes(name));
    const chosen = everything ? noticed : noticed.slice(index % noticed.length).slice(0, 1);
    return chosen.map((damage) => ({file, damage}));
  });
}

test('status, then deploy, for every folder', {timeout: 600_000}, async () => {
  for (const folder of ['run', 'plans', 'secrets', 'haproxy']) {
    for (const [name, damage] of Object.entries(folderDamages)) {
      if (!everything && (name === 'gone') !== (folder.length % 2 === 1)) continue;
      await expectMended(stack, () => damage(join(stack.state, folder)), {
        names: new RegExp(`^${folder}/|^supervisor$`),
        // The load balancer's sockets are in `run`.
        replaces: folder === 'secrets' || folder === 'run',
      });
    }
  }
});

test('a load balancer whose sockets went while no supervisor lived is replaced, the other services stay', async () => {
  const pids = async () => new Map((await stack.look()).services.map(({name, pid}) => [name, pid]));
  const before = await pids();
  await stack.killSupervisor();
  rmSync(join(stack.state, 'run'), {recursive: true});
  await stack.deploy();
  const after = await pids();
  expect([...after.keys()].filter((name) => after.get(name) !== before.get(name))).toEqual(['embedder-ha']);
  expect((await stack.look()).problems).toEqual([]);
});

test('status exits 12 and says it in words; --json still prints the whole report', async () => {
  const whole = await stack.folder.run(['status']);
  expect([whole.exitCode, whole.stdout]).toEqual([0, expect.not.stringContaining('Problems:')]);
  damages['cut in the middle'](join(stack.state, 'plan.json'));
  const text = await stack.folder.run(['status']);
  expect(text.exitCode).toBe(12);
  expect(text.stdout).toContain('Problems:\n  plan.json is cut off or is not JSON\n');
  const {exitCode, json} = await stack.folder.run(['status', '--json']);
  expect(exitCode).toBe(12);
  expect(json).toMatchObject({whole: false, problems: [{what: 'plan.json'}], services: expect.arrayContaining([])});
  await stack.deploy();
});

const ends: ['stop' | 'destroy', Damage][] = [
  ['stop', 'empty'],
  ['destroy', 'a folder in its place'],
  ['stop', 'gone'],
  ['destroy', 'of another version'],
];

test.each(everything ? ends : ends.slice(0, 2))(
  '%s ends a stack with every file %s at once',
  async (command, damage) => {
    await stack.deploy();
    const ports = (await stack.look()).services.map(({url}) => Number(new URL(url).port));
    for (const file of stateFiles(stack.state)) damages[damage](join(stack.state, file));
    const {exitCode, stderr, json} = await stack.folder.run([
      command,
      '--json',
      ...(command === 'destroy' ? ['--yes'] : []),
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect((json as {stopped: string[]}).stopped.length).toBeGreaterThanOrEqual(3);
    expect(await leftovers(stack.folder, ports)).toEqual([]);
    expect(existsSync(join(stack.state, 'plan.json'))).toBe(false);
  },
);

test('the API that wants keys is not opened by a shell without them, whatever file is gone', async () => {
  await stack.deploy();
  rmSync(join(stack.state, 'plan.json'));
  rmSync(join(stack.state, 'plans'), {recursive: true});
  mkdirSync(join(stack.state, 'plans'));
  const flags = ['--runtime', 'process', '--port-offset', String(offset)];
  const {exitCode, stderr} = await stack.folder.run(['deploy', ...flags]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('deploying would open the API')]);
  expect(readdirSync(join(stack.state, 'plans'))).toEqual([]);
});
