import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {mkdir, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {apiKeyDigest, writeApiKeyFile} from '@sutra/contract/api-keys';
import {beforeEach, expect, it} from 'vitest';
import type {SutraError} from '../../src/errors.js';
import {openJournal} from '../../src/journal/journal.js';
import {readJournal} from '../../src/journal/read-journal.js';
import {lockStack} from '../../src/runtime/command-lock.js';
import {writeComposeFiles} from '../../src/runtime/compose/compose-files.js';
import {writeDesired} from '../../src/runtime/process/desired-file.js';
import {writeProcessArtifacts} from '../../src/runtime/process/process-runtime.js';
import {writeState} from '../../src/runtime/process/state-file.js';
import {rotateLogs} from '../../src/runtime/process/supervisor/log-rotation.js';
import {makeFolders, stackFolder} from '../../src/runtime/stack-folder.js';
import {writeDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {keepPlan, readHistory} from '../../src/stack/plans/plan-history.js';
import {writeSecrets} from '../../src/stack/secrets/write-secrets.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {tokenKeyOf} from '../../src/system/tls/access-token.js';
import {resolveTopology} from '../../src/topology/settings/resolve.js';
import {saveBaseline} from '../../src/trial/baselines.js';
import {recordEvidence} from '../../src/trial/evidence-folder.js';
import {keepReport} from '../../src/trial/keep-report.js';
import {planOf} from '../support/plans.js';
import {needsRoot} from '../support/skip.js';
import {pageBytes, type SmallDisk, smallDisk} from '../support/small-disk.js';

// A small disk is mounted.
beforeEach(needsRoot);

// Every writer of the tree on a disk with exactly so many free pages: success means that the new text is there whole, a
// failure is NO_SPACE and leaves the old one.

/** More than a page, so that a full disk takes a part of it. */
const long = (letter: string) => letter.repeat(2 * pageBytes + 100);
const system = (disk: SmallDisk) => nodeSystem(AbortSignal.timeout(60_000), disk.path);
const state = (disk: SmallDisk) => join(disk.path, '.sutra');
const plan = (letter: string) => ({...planOf({edition: 'community'}), version: long(letter)});
const keysOf = (letter: string) =>
  Array.from({length: 75}, (_, index) => ({
    digest: apiKeyDigest(`${letter}${index}`),
    tokenKey: tokenKeyOf(`${letter}${index}`).publicKey,
  }));
const identity = {pid: 1, startKey: 'boot:1'};
const spec = (letter: string) => ({
  ...{
    name: 'one',
    service: 'one',
    role: 'model',
    url: '',
    program: '/bin/true',
    args: [long(letter)],
    env: {},
    ports: [],
  },
  ...{probeUrl: 'http://127.0.0.1:1/', stopGraceMs: 0, startDeadlineMs: 1, stopSignal: 'SIGTERM' as const},
});

interface Writer {
  /** Of the file that is replaced, below the disk. */
  file: string;
  write: (disk: SmallDisk, letter: string) => unknown;
  /** The text is the new one, to its end. */
  isWhole: (text: string, letter: string) => boolean;
}

const isJson = (text: string, letter: string) => JSON.stringify(JSON.parse(text)).includes(long(letter));
const isText = (text: string, letter: string) => text === long(letter);

const writers: Record<string, Writer> = {
  'run/desired.json': {
    file: '.sutra/run/desired.json',
    isWhole: isJson,
    write: (disk, letter) =>
      writeDesired(stackFolder(state(disk)), {
        action: 'run',
        instances: [{spec: spec(letter), wanted: 'running'}],
      }),
  },
  'run/state.json': {
    file: '.sutra/run/state.json',
    isWhole: isJson,
    write(disk, letter) {
      const record = {name: 'one', service: 'one', role: 'model', url: '', state: 'healthy' as const, running: null};
      const instances = [{...record, restarts: 0, lastExit: null, problem: long(letter)}];
      writeState(stackFolder(state(disk)), {schemaVersion: 1, generation: 1, supervisor: identity, instances});
    },
  },
  'plan.json': {
    file: '.sutra/plan.json',
    isWhole: isJson,
    write: (disk, letter) => writeDeployedPlan(system(disk), plan(letter)),
  },
  'secrets/api-keys': {
    file: '.sutra/secrets/api-keys',
    isWhole: (text, letter) => text === writeApiKeyFile(keysOf(letter)),
    write(disk, letter) {
      const {security, ...rest} = plan(letter);
      const resolved = {
        plan: {...rest, security: {...security, apiKeys: letter}},
        secrets: {knownKeys: keysOf(letter)},
      };
      return writeSecrets(system(disk), resolved as unknown as Parameters<typeof writeSecrets>[1]);
    },
  },
  'haproxy/haproxy.cfg': {
    file: '.sutra/haproxy/haproxy.cfg',
    isWhole: isText,
    write: (disk, letter) => writeProcessArtifacts(state(disk), [{path: 'haproxy/haproxy.cfg', text: long(letter)}]),
  },
  'compose/production.yml': {
    file: '.sutra/compose/production.yml',
    isWhole: isText,
    write: (disk, letter) => writeComposeFiles(state(disk), [{path: 'compose/production.yml', text: long(letter)}]),
  },
  'baselines/x.json': {
    file: '.sutra/baselines/x.json',
    isWhole: isJson,
    write: (disk, letter) =>
      saveBaseline(system(disk), plan('p'), {name: 'x', what: long(letter), measured: {}, runs: []}),
  },
  'a page of a report': {
    file: 'page.html',
    isWhole: isText,
    write: (disk, letter) => keepReport(long(letter), {evidence: undefined, asked: join(disk.path, 'page.html')}),
  },
};

it.each(Object.entries(writers))(
  '%s is the old text or the new one, and success means the new one',
  async (_, {file, write, isWhole}) => {
    using disk = smallDisk();
    const path = join(disk.path, file);
    mkdirSync(join(state(disk), 'run'), {recursive: true});
    await write(disk, 'a');
    const outcomes: string[] = [];
    for (let pages = 0; pages <= 6; pages += 1) {
      const before = readFileSync(path, 'utf8');
      const others = readdirSync(dirname(path));
      disk.leaveFree(pages);
      const error = await attempt(() => write(disk, String(pages)));
      disk.empty();
      const after = readFileSync(path, 'utf8');
      expect(readdirSync(dirname(path))).toEqual(others.filter((name) => name !== 'filler'));
      if (error === null) expect(isWhole(after, String(pages))).toBe(true);
      else {
        expect(error).toMatchObject({
          code: 'NO_SPACE',
          exitCode: 8,
          cures: [expect.stringContaining('df -h'), expect.any(String)],
        });
        expect(after).toBe(before);
      }
      outcomes.push(error === null ? 'written' : 'refused');
    }
    expect(outcomes.slice(0, 3)).toEqual(['refused', 'refused', 'refused']);
    expect(outcomes.at(-1)).toBe('written');
  },
);

it('a plan history never loses the oldest for one that could not be kept', async () => {
  using disk = smallDisk();
  const keep = (letter: string) => {
    const topology = resolveTopology([{origin: 'test', settings: {edition: 'community'}}]);
    return keepPlan(system(disk), {topology, plan: plan(letter)}, {reason: 'deploy', images: {}});
  };
  for (const letter of 'abcde') await keep(letter);
  const outcomes: string[] = [];
  for (let pages = 0; pages <= 6; pages += 1) {
    const before = readHistory(system(disk)).map(({number}) => number);
    disk.leaveFree(pages);
    const error = await attempt(() => keep(String(pages)));
    disk.empty();
    const kept = readHistory(system(disk));
    expect(kept).toHaveLength(5);
    if (error === null) expect(kept.at(-1)?.plan.version).toBe(long(String(pages)));
    else expect(kept.map(({number}) => number)).toEqual(before);
    outcomes.push(error === null ? 'kept' : 'refused');
  }
  expect(outcomes[0]).toBe('refused');
  expect(outcomes.at(-1)).toBe('kept');
});

it('evidence is recorded whole or not at all', async () => {
  using disk = smallDisk();
  const outcomes: string[] = [];
  for (let pages = 1; pages <= 6; pages += 1) {
    await mkdir(join(state(disk), 'evidence'), {recursive: true});
    disk.leaveFree(pages);
    const found = {kind: 'validate', subject: long('e')} as unknown as Parameters<typeof recordEvidence>[2];
    const error = await attempt(() => recordEvidence(system(disk), plan('p'), found));
    disk.empty();
    const files = readdirSync(join(state(disk), 'evidence'), {recursive: true}).map(String);
    const records = files.filter((name) => name.includes('/')).map((name) => join(state(disk), 'evidence', name));
    for (const record of records) expect(isJson(readFileSync(record, 'utf8'), 'e')).toBe(true);
    if (error !== null) expect(error).toMatchObject({code: 'NO_SPACE'});
    outcomes.push(`${error === null ? 'kept' : 'refused'} ${records.length}`);
  }
  expect(outcomes[0]).toBe('refused 0');
  expect(outcomes.at(-1)).toMatch(/^kept [1-9]/);
});

it('the journal refuses an event that does not fit, and goes on when there is room', () => {
  using disk = smallDisk();
  const path = join(disk.path, 'journal.jsonl');
  const event = (letter: string) => ({kind: 'down' as const, entity: 'stack', cause: long(letter), data: {}});
  const journal = openJournal(path);
  journal.append(event('a'));
  disk.leaveFree(1);
  expect(() => journal.append(event('b'))).toThrow(expect.objectContaining({code: 'NO_SPACE', exitCode: 8}));
  disk.empty();
  journal.append(event('c'));
  expect(readJournal(path).events.map(({cause}) => cause)).toEqual([long('a'), long('c')]);
});

it('a log that cannot be copied is not emptied', () => {
  using disk = smallDisk();
  const log = join(disk.path, 'one.log');
  const text = long('l');
  writeFileSync(log, text);
  disk.leaveFree(1);
  expect(() => rotateLogs(disk.path, 100)).toThrow();
  disk.empty();
  expect(readFileSync(log, 'utf8')).toBe(text);
  expect(readdirSync(disk.path)).toEqual(['one.log']);
});

it('a lock that cannot be written is NO_SPACE, leaves nothing, and is free when there is room', async () => {
  using disk = smallDisk();
  const folder = stackFolder(state(disk));
  makeFolders(folder);
  disk.leaveFree(0);
  expect(() => lockStack(folder, 'deploy')).toThrow(expect.objectContaining({code: 'NO_SPACE', exitCode: 8}));
  expect(readdirSync(folder.run)).toEqual([]);
  disk.empty();
  using _lock = lockStack(folder, 'deploy');
  expect((await stat(folder.commandLock)).size).toBeGreaterThan(0);
});

async function attempt(work: () => unknown): Promise<SutraError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof Error) return error as SutraError;
    throw error;
  }
}
