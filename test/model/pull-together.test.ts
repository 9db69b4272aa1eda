import {type ChildProcess, spawn} from 'node:child_process';
import {readdir, stat, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {folderOf} from '../../src/model/model-folder.js';
import {pullEntry} from '../../src/model/store.js';
import {type HubServer, hubPath, startHubServer} from '../support/hub-server.js';
import {holds, type ModelFixture, modelFixture, type TestStore, testStore} from '../support/model-fixture.js';

const weightsPath = hubPath('test/noise', 'onnx/model.onnx');

describe('pulls in processes of their own', () => {
  let hub: HubServer;
  let store: TestStore;
  let model: ModelFixture;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    hub = await startHubServer();
    store = await testStore();
    model = modelFixture(2_000_000);
    hub.files.set(weightsPath, model.weights);
    hub.files.set(hubPath('test/noise', 'tokenizer.json'), model.tokenizer);
    await writeFile(join(store.folder, 'entry.json'), JSON.stringify(model.entry));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  const startPull = () => {
    const script = resolve(import.meta.dirname, '../support/pull-child.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, join(store.folder, 'entry.json')], {
      env: {...process.env, HF_ENDPOINT: hub.url, SUTRA_MODEL_STORE: store.folder},
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines: string[] = [];
    const seen: (() => void)[] = [];
    createInterface({input: child.stdout}).on('line', (line) => {
      lines.push(line);
      for (const wake of seen) wake();
    });
    const exited = new Promise<number | null>((done) => child.on('exit', done));
    const line = (start: string) =>
      new Promise<string>((done) => {
        const look = () => {
          const found = lines.find((text) => text.startsWith(start));
          if (found !== undefined) done(found);
        };
        seen.push(look);
        look();
      });
    return {child, lines, exited, line};
  };

  it('two at once: the second says that it waits, then finds the model there', async () => {
    hub.bytesPerSecond = 200_000;
    const first = startPull();
    await first.line('receiving');
    const second = startPull();
    expect(await second.line('note')).toBe(
      `note another sutra (pid ${first.child.pid}) is pulling test/noise; waiting for it`,
    );
    hub.bytesPerSecond = Number.POSITIVE_INFINITY;
    expect(await first.exited).toBe(0);
    expect(await second.exited).toBe(0);
    expect(second.lines).not.toContain('receiving');
    expect(hub.seen.filter(({at, path}) => at === 'cdn' && path === weightsPath).length).toBe(1);
  });

  it('kill -9 in the middle leaves a part and no model, and the next pull fetches only the rest', async () => {
    hub.bytesPerSecond = 500_000;
    const first = startPull();
    await first.line('receiving');
    first.child.kill('SIGKILL');
    await first.exited;
    const folder = folderOf(store.system(), model.entry);
    expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([
      'model.onnx.part',
      'model.onnx.part.etag',
    ]);
    const {size} = await stat(join(folder, 'model.onnx.part'));
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(model.weights.length);

    hub.bytesPerSecond = Number.POSITIVE_INFINITY;
    hub.seen.length = 0;
    await pullEntry(store.system({HF_ENDPOINT: hub.url}), model.entry);
    const weights = hub.seen.filter(({at, path}) => at === 'cdn' && path === weightsPath);
    expect(weights.map(({headers, sentBytes}) => [headers.range, sentBytes])).toEqual([
      [`bytes=${size}-`, model.weights.length - size],
    ]);
    expect(weights[0]?.headers['if-range']).toBeDefined();
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('three in one process take turns', async () => {
    const system = store.system({HF_ENDPOINT: hub.url});
    const pulls = await Promise.all([1, 2, 3].map(() => pullEntry(system, model.entry)));
    expect(new Set(pulls.map(({folder}) => folder)).size).toBe(1);
    expect(hub.seen.filter(({at, path}) => at === 'cdn' && path === weightsPath).length).toBe(1);
  });
});
