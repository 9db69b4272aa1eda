import {cp, mkdir, mkdtemp, open, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {needsRoot} from '../../support/skip.js';
import {movableClock} from '../support/movable-clock.js';
import {entryOf, keyOf, vectorOf} from './support/l2-connection.js';
import {ShardHere} from './support/shard-here.js';
import {ShardProcess} from './support/shard-process.js';

const file = 'vectors.sqlite';
/** Of a clean stop: nothing is in the log. */
let sound: string;
let folder: string;
let shard: ShardProcess | ShardHere | null = null;
const keys = Array.from({length: 20}, (_, index) => keyOf(`text ${index}`));

beforeAll(async () => {
  sound = await mkdtemp(join(tmpdir(), 'sutra-sound-'));
  const first = await ShardProcess.start(sound);
  const client = await first.connect();
  await client.put(keys.map((key) => entryOf(key)));
  await first.end();
});

afterAll(() => rm(sound, {recursive: true, force: true}));

afterEach(async () => {
  await shard?.end('SIGKILL');
  shard = null;
  await rm(folder, {recursive: true, force: true});
});

async function changed(change: (path: string) => Promise<void> | void): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'sutra-content-'));
  await cp(sound, folder, {recursive: true});
  await change(join(folder, file));
}

/** Statements that SQLite itself would refuse are let through. */
const sql = (text: string) => (path: string) => {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA writable_schema = ON; PRAGMA ignore_check_constraints = ON; ${text}`);
  database.close();
};

const asideFiles = async () => (await readdir(folder)).filter((name) => name.startsWith(`${file}.damaged-`));

describe('a file that no shard of this version writes is set aside, said in log, health and stats, and replaced', () => {
  it.each<[string, RegExp, (path: string) => Promise<void> | void]>([
    [
      'a generation that no number holds',
      /too large/,
      sql("UPDATE meta SET value = 9007199254740992 WHERE name = 'generation'"),
    ],
    [
      'the generation after the last',
      /generation/,
      sql("UPDATE meta SET value = 2251799813685249 WHERE name = 'generation'"),
    ],
    ['a negative generation', /generation/, sql("UPDATE meta SET value = -1 WHERE name = 'generation'")],
    ['no generation', /generation/, sql("DELETE FROM meta WHERE name = 'generation'")],
    ['a later format', /format 2/, sql("UPDATE meta SET value = 2 WHERE name = 'format'")],
    ['a row number that no number holds', /too large/, sql('UPDATE entries SET id = 9223372036854775807 WHERE id = 1')],
    ['row 0', /row 0/, sql('UPDATE entries SET id = 0 WHERE id = 1')],
    ['a key of 31 bytes', /row 1 /, sql('UPDATE entries SET key = zeroblob(31) WHERE id = 1')],
    ['a negative expiry', /expiry/, sql('UPDATE entries SET expires = -1 WHERE id = 1')],
    [
      'a place in the order of use beyond any',
      /order of use/,
      sql('UPDATE entries SET used = 4503599627370496 WHERE id = 1'),
    ],
    ['a vector of 3 bytes', /row 1 /, sql('UPDATE entries SET size = 3 WHERE id = 1')],
    ['a last record that leaves no row free', /last row/, sql('UPDATE records SET id = 4503599627370496 WHERE id = 1')],
    ['a table less', /table records/, sql('DROP TABLE records')],
    ['a column less', /table entries/, sql('ALTER TABLE entries DROP COLUMN size')],
    [
      'a trigger with the name of a table',
      /trigger/,
      sql('CREATE TRIGGER records AFTER INSERT ON entries BEGIN DELETE FROM records; END'),
    ],
    ['a trigger', /trigger/, sql('CREATE TRIGGER more AFTER INSERT ON entries BEGIN DELETE FROM records; END')],
    ['a page of another table', /malformed|page|row|tree/i, (path) => overwrite(path, 4096, 4096)],
    ['a header of a later version of SQLite', /readonly|not a database/, (path) => overwrite(path, 18, 1)],
    ['a folder in its place', /is a folder/, replaceByFolder],
  ])('%s', async (_what, reason, change) => {
    await changed(change);
    shard = await ShardHere.start(folder);
    expect(shard.output).toMatch(/"event":"damaged file set aside"/);
    expect(await asideFiles()).toHaveLength(1);
    const client = await shard.connect();
    expect(await client.get(keys)).toEqual(keys.map(() => null));
    await client.put([entryOf(keyOf('new'))]);
    expect(await client.get([keyOf('new')])).toEqual([vectorOf(keyOf('new'))]);
    const health = await (await fetch(`http://127.0.0.1:${shard.healthPort}/health`)).json();
    for (const said of [await client.call(l2Ops.stats, null), health]) {
      expect(said).toMatchObject({damagedFiles: 1, lastDamage: expect.stringMatching(reason), entries: 1});
    }
    expect(shard.output).toMatch(reason);
  });

  it('a lock file that holds something is emptied, and nothing is set aside', async () => {
    await changed((path) => writeFile(join(path, '../lock.sqlite'), 'not a database, and not of a shard'.repeat(200)));
    shard = await ShardProcess.start(folder);
    const client = await shard.connect();
    expect(await client.get(keys)).toEqual(keys.map((key) => vectorOf(key)));
    expect(await asideFiles()).toEqual([]);
    await expect(ShardProcess.start(folder)).rejects.toThrow('in use by another cache shard');
  });
});

it('a file system that is read-only is no damage: the shard ends and says so', async (context) => {
  needsRoot(context);
  const {execFileSync} = await import('node:child_process');
  await changed(() => {});
  execFileSync('mount', ['--bind', folder, folder]);
  execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
  try {
    await expect(ShardProcess.start(folder)).rejects.toThrow(/readonly|read-only|unable to open/);
    expect(await asideFiles()).toEqual([]);
  } finally {
    execFileSync('umount', [folder]);
  }
});

it('after the last damage has been replaced the generation is another one, by any clock', async () => {
  await changed(() => {});
  const generations = new Set<number>();
  for (let round = 0; round < 3; round += 1) {
    sql("UPDATE meta SET value = -1 WHERE name = 'generation'")(join(folder, file));
    shard = await ShardProcess.start(folder, movableClock({offsetMs: -Date.now()}));
    generations.add((await shard.connect()).generation);
    await shard.end();
  }
  expect(generations.size).toBe(3);
});

async function overwrite(path: string, at: number, count: number): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(Buffer.alloc(count, 0x05), 0, count, at);
  await handle.close();
}

async function replaceByFolder(path: string): Promise<void> {
  await rm(path);
  await mkdir(path);
}
