import {existsSync} from 'node:fs';
import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it, onTestFinished} from 'vitest';
import {openForWriting} from '../../../templates/cache/dist/store/database/database.js';
import {isWhole, keyOfRecord} from '../../../templates/cache/dist/store/database/record.js';
import {entryOf, keyOf} from './support/l2-connection.js';
import {ShardProcess} from './support/shard-process.js';

const file = 'vectors.sqlite';

it('a log cut at any byte of its last 4 KB opens with every transaction before the cut, and none in part', {
  timeout: 240_000,
}, async () => {
  const folder = await temporaryFolder(tmpdir());
  const shard = await ShardProcess.start(folder);
  onTestFinished(() => void shard.end('SIGKILL'));
  const client = await shard.connect();
  const sizes: number[] = [];
  const puts: Buffer[][] = [];
  for (let put = 0; put < 6; put += 1) {
    const keys = Array.from({length: 2}, (_, index) => keyOf(`put ${put} text ${index}`));
    await client.put(keys.map((key) => entryOf(key)));
    puts.push(keys);
    sizes.push((await stat(join(folder, `${file}-wal`))).size);
  }
  await shard.end('SIGKILL');

  const [main, log] = await Promise.all([readFile(join(folder, file)), readFile(join(folder, `${file}-wal`))]);
  const end = sizes.at(-1) as number;
  expect(log.length).toBe(end);
  // What is opened four thousand times need not reach a disk each time.
  const path = join(await temporaryFolder(existsSync('/dev/shm') ? '/dev/shm' : tmpdir()), file);
  for (let cut = end - 4096; cut <= end; cut += 1) {
    await writeFile(path, main);
    await writeFile(`${path}-wal`, log.subarray(0, cut));
    const opened = openForWriting(path, {sync: 'normal', freshGeneration: 1, latestExpiryMs: 2 ** 47});
    expect(opened.damage).toBeNull();
    const whole = puts.filter((_, put) => (sizes[put] as number) <= cut).flat();
    const rows = opened.database.prepare('SELECT key, record FROM entries JOIN records USING (id) ORDER BY id').all();
    const keys = rows.map(({key}) => Buffer.from(key as Uint8Array));
    expect(keys, `cut at ${cut} of ${end}`).toEqual(whole);
    for (const [index, {record}] of rows.entries()) {
      const bytes = Buffer.from(record as Uint8Array);
      expect(isWhole(bytes) && keyOfRecord(bytes).equals(keys[index] as Buffer)).toBe(true);
    }
    opened.database.close();
    await rm(`${path}-wal`, {force: true});
    await rm(`${path}-shm`, {force: true});
  }
});

async function temporaryFolder(parent: string): Promise<string> {
  const path = await mkdtemp(join(parent, 'sutra-cut-'));
  onTestFinished(() => rm(path, {recursive: true, force: true}));
  return path;
}
