import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {registry} from '../../../src/model/registry.js';
import {sutraHere} from '../../support/cli-here.js';
import {type TestStore, testStore} from '../../support/model-fixture.js';

describe('sutra model', () => {
  let store: TestStore;
  beforeEach(async () => {
    store = await testStore();
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
  });

  const sutra = (...args: string[]) => sutraHere(['model', ...args], {env: {...store.system().env, MODEL_NAME: ''}});

  it('list shows every model, its size and whether it is here', async () => {
    const {stdout, exitCode} = await sutra('list');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/nomic-ai\/nomic-embed-text-v1\.5 \(default\) .* 768 512 256 128 64 .* 166 MB .* no/);
    expect(stdout).toContain(store.folder);
    const json = JSON.parse((await sutra('list', '--json')).stdout);
    expect(json).toMatchObject({schemaVersion: 1, store: store.folder});
    expect(json.models.map(({id}: {id: string}) => id)).toEqual(registry.map(({id}) => id));
  });

  it('path of a model that is not here exits 7 and says how to get it', async () => {
    const {stdout, stderr, exitCode} = await sutra('path', 'bge-small-en-v1.5');
    expect(exitCode).toBe(7);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/bge-small-en-v1\.5 has not been pulled[\s\S]*sutra model pull bge-small-en-v1\.5/);
  });

  it('pull without hub and registry exits 4, with JSON alone on stdout and the tale on stderr', async () => {
    const {stdout, stderr, exitCode} = await sutra('pull', 'bge-small-en-v1.5', '--json');
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({schemaVersion: 1, error: {code: 'NETWORK'}});
    expect(stderr).toContain('the hub did not serve model.onnx (127.0.0.1:9: the connection was refused)');
  });

  it('an unknown model exits 2 with the nearest name', async () => {
    const {stderr, exitCode} = await sutra('pull', 'bge-small-en');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('try: bge-small-en-v1.5');
  });
});
