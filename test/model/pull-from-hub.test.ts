import {once} from 'node:events';
import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {artifactOf} from '@sutra/contract/model-entry';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {SutraError} from '../../src/errors.js';
import {folderOf} from '../../src/model/model-folder.js';
import type {PullProgress} from '../../src/model/pull-context.js';
import {type PullOptions, pullEntry} from '../../src/model/store.js';
import {generateCertificate} from '../../src/system/tls/generated-certificate.js';
import {type HubServer, hubPath, startHubServer} from '../support/hub-server.js';
import {holds, type ModelFixture, modelFixture, type TestStore, testStore} from '../support/model-fixture.js';

const quick: PullOptions = {pausesMs: [5, 5, 5], deadlines: {connectMs: 2_000, headersMs: 5_000, stallMs: 400}};
const weightsPath = hubPath('test/noise', 'onnx/model.onnx');

describe('pulling from the hub', () => {
  let hub: HubServer;
  let store: TestStore;
  let model: ModelFixture;

  beforeEach(async () => {
    hub = await startHubServer();
    store = await testStore();
    model = modelFixture();
    hub.files.set(weightsPath, model.weights);
    hub.files.set(hubPath('test/noise', 'tokenizer.json'), model.tokenizer);
  });
  afterEach(async () => {
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  const pull = (options: PullOptions = {}, env: Record<string, string> = {}) =>
    pullEntry(store.system({HF_ENDPOINT: hub.url, ...env}), model.entry, {...quick, ...options});
  const weightRequests = () => hub.seen.filter(({at, path}) => at === 'cdn' && path === weightsPath);
  const failed = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error instanceof SutraError) return error;
    throw new Error(`expected a SutraError, not ${String(error)}`);
  };

  it('follows the redirect to the CDN and leaves the files, the entry and nothing else', async () => {
    const {folder} = await pull();
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
    expect(await holds(join(folder, 'tokenizer.json'), model.tokenizer)).toBe(true);
    expect(JSON.parse(await readFile(join(folder, 'sutra-model.json'), 'utf8'))).toEqual(model.entry);
    expect((await readdir(folder)).toSorted()).toEqual(['model.onnx', 'sutra-model.json', 'tokenizer.json']);
    expect(folder).toBe(join(store.folder, 'test--noise', artifactOf(model.entry).slice(0, 12)));
  });

  it('takes a small file that the hub serves itself under a git hash', async () => {
    hub.direct = true;
    const {folder} = await pull();
    expect(await holds(join(folder, 'tokenizer.json'), model.tokenizer)).toBe(true);
  });

  it('sends the token to the hub and never to the host it redirects to', async () => {
    await pull({}, {HF_TOKEN: 'hf_secret'});
    const tokens = (at: 'hub' | 'cdn') => hub.seen.filter((seen) => seen.at === at).map((s) => s.headers.authorization);
    expect(tokens('hub')).toEqual(['Bearer hf_secret', 'Bearer hf_secret']);
    expect(tokens('cdn')).toEqual([undefined, undefined]);
  });

  it('asks for the rest after a cut connection, under the ETag it began with', async () => {
    hub.mishaps.push({kind: 'cut', afterBytes: 100_000});
    const {folder} = await pull();
    const [first, second] = weightRequests();
    expect(first?.headers.range).toBeUndefined();
    const from = Number(/^bytes=(\d+)-$/.exec(second?.headers.range ?? '')?.[1]);
    expect(from).toBeGreaterThan(0);
    expect(second?.headers['if-range']).toMatch(/^"[0-9a-f]{40}"$/);
    expect(second?.sentBytes).toBe(model.weights.length - from);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('takes up a body that stalls', async () => {
    hub.mishaps.push({kind: 'stall', afterBytes: 50_000});
    const {folder} = await pull();
    expect(weightRequests()[1]?.headers.range).toMatch(/^bytes=\d+-$/);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('tries again after a 500', async () => {
    hub.mishaps.push({kind: 'status', status: 500});
    const {folder} = await pull();
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('begins anew when the server ignores the range, or has changed the file meanwhile', async () => {
    for (const kind of ['ignoreRange', 'changed'] as const) {
      hub.mishaps.push({kind: 'cut', afterBytes: 100_000}, {kind});
      model = modelFixture();
      hub.files.set(weightsPath, model.weights);
      hub.files.set(hubPath('test/noise', 'tokenizer.json'), model.tokenizer);
      const {folder} = await pull();
      expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
    }
  });

  it('goes on from the part an earlier pull left, and fetches only the rest', async () => {
    const folder = folderOf(store.system(), model.entry);
    await mkdir(folder, {recursive: true});
    await writeFile(join(folder, 'model.onnx.part'), model.weights.subarray(0, 200_000));
    await pull();
    expect(weightRequests().map(({headers, sentBytes}) => [headers.range, sentBytes])).toEqual([
      ['bytes=200000-', 100_000],
    ]);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('a part begins anew with the file, so that it never ends in bytes of another', async () => {
    const folder = folderOf(store.system(), model.entry);
    await mkdir(folder, {recursive: true});
    await writeFile(join(folder, 'model.onnx.part'), Buffer.alloc(250_000, 'old'));
    const cut = {kind: 'cut', afterBytes: 100_000, ignoreRange: true} as const;
    hub.mishaps.push(cut, cut, cut, cut, cut);
    await failed(pull());
    const part = await readFile(join(folder, 'model.onnx.part'));
    expect(part.equals(model.weights.subarray(0, part.length))).toBe(true);
  });

  it('needs no request for a part that lacks only its name', async () => {
    const folder = folderOf(store.system(), model.entry);
    await mkdir(folder, {recursive: true});
    await writeFile(join(folder, 'model.onnx.part'), model.weights);
    await pull();
    expect(weightRequests()).toEqual([]);
  });

  it('fetches the whole again when the earlier part turns out to be wrong', async () => {
    const folder = folderOf(store.system(), model.entry);
    await mkdir(folder, {recursive: true});
    await writeFile(join(folder, 'model.onnx.part'), Buffer.alloc(200_000, 'old'));
    await pull();
    expect(weightRequests().map(({headers}) => headers.range)).toEqual(['bytes=200000-', undefined]);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('recovers from a 416 when a part is longer than what the server has', async () => {
    const folder = folderOf(store.system(), model.entry);
    await mkdir(folder, {recursive: true});
    await writeFile(join(folder, 'model.onnx.part'), model.weights.subarray(0, 200_000));
    hub.mishaps.push({kind: 'status', status: 416});
    await pull();
    expect(weightRequests().map(({headers}) => headers.range)).toEqual(['bytes=200000-', undefined]);
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('refuses wrong bytes of the right length with CHECKSUM and keeps none of them', async () => {
    hub.mishaps.push({kind: 'wrongBytes'});
    const error = await failed(pull());
    expect(error.code).toBe('CHECKSUM');
    expect(error.message).toContain('model.onnx');
    const names = await readdir(folderOf(store.system(), model.entry));
    expect(names.filter((name) => name.startsWith('model.onnx'))).toEqual([]);
  });

  it("believes the hub's own checksum and size, and fetches no byte of another file", async () => {
    hub.linkedEtag = 'ab'.repeat(32);
    expect((await failed(pull())).message).toContain(`sha256 ${'ab'.repeat(32)} by the hub's own metadata`);
    hub.linkedEtag = null;
    hub.linkedSize = 1234;
    expect((await failed(pull())).message).toContain('has 1234 bytes');
    expect(hub.seen.filter(({at}) => at === 'cdn')).toEqual([]);
  });

  it('says what a hub that refuses wants', async () => {
    const notes: string[] = [];
    hub.resolveStatus = 401;
    const error = await failed(pull({onNote: (text) => notes.push(text)}));
    expect(error.code).toBe('NETWORK');
    expect(notes[0]).toMatch(/answers 401: set HF_TOKEN/);
    expect(hub.seen.length).toBe(2);
    hub.resolveStatus = 404;
    expect((await failed(pull())).message).toContain('answers 404');
  });

  it('gives up a hub that keeps failing, and what arrived stays for the next pull', async () => {
    hub.mishaps.push(...Array.from({length: 4}, () => ({kind: 'status', status: 503}) as const));
    hub.mishaps.unshift({kind: 'cut', afterBytes: 100_000});
    const error = await failed(pull());
    expect(error.code).toBe('NETWORK');
    expect(error.cures.join('\n')).toMatch(/HF_ENDPOINT[\s\S]*npm_config_registry[\s\S]*folder/);
    const part = await stat(join(folderOf(store.system(), model.entry), 'model.onnx.part'));
    expect(part.size).toBeGreaterThan(0);
    hub.seen.length = 0;
    await pull();
    expect(weightRequests()[0]?.sentBytes).toBe(model.weights.length - part.size);
  });

  it('ends at once when it is interrupted', async () => {
    const interrupt = new AbortController();
    hub.bytesPerSecond = 100_000;
    const onProgress = ({receivedBytes}: PullProgress) => {
      if (receivedBytes > 0) interrupt.abort();
    };
    const startedMs = performance.now();
    const error = await failed(pull({onProgress, signal: interrupt.signal}));
    expect(error.code).toBe('INTERRUPTED');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect((await readdir(folderOf(store.system(), model.entry))).toSorted()).toEqual([
      'model.onnx.part',
      'model.onnx.part.etag',
    ]);
  });

  it('reports bytes of each file up to its size', async () => {
    const last = new Map<string, PullProgress>();
    await pull({onProgress: (progress) => last.set(progress.file, progress)});
    expect([...last.values()]).toEqual(
      model.entry.files.map(({name, sizeBytes}) => ({
        file: name,
        receivedBytes: sizeBytes,
        totalBytes: sizeBytes,
        source: 'hub',
      })),
    );
  });

  it('a certificate that is not trusted is said, with the variable that names an authority', async () => {
    const pem = await generateCertificate('localhost', Date.now());
    await using server = createServer({key: pem, cert: pem}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const {port} = server.address() as AddressInfo;
    const {message, cures} = await failed(pull({}, {HF_ENDPOINT: `https://127.0.0.1:${port}`}));
    expect(message).toContain(`127.0.0.1:${port}: TLS: self-signed certificate`);
    expect(cures[0]).toContain('NODE_EXTRA_CA_CERTS=FILE');
  });

  it('names HF_ENDPOINT when it is not an address', async () => {
    const error = await failed(pull({}, {HF_ENDPOINT: 'not an address'}));
    expect(error.code).toBe('USAGE');
    expect(error.message).toContain('HF_ENDPOINT is "not an address"');
  });
});
