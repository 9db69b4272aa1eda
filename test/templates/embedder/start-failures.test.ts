import {spawnSync} from 'node:child_process';
import {cpSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {miniLmId, modelOf, pullTimeoutMs} from './support/model.js';

const main = fileURLToPath(new URL('../../../templates/embedder/dist/main.js', import.meta.url));

describe('an embedder that cannot start', () => {
  let model: string;
  let folder: string;

  beforeAll(async () => {
    model = (await modelOf(miniLmId)).folder;
  }, pullTimeoutMs);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'embedder-'));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  const start = (env: Record<string, string>) => {
    const {status, stderr} = spawnSync(process.execPath, [main], {
      env: {PATH: process.env.PATH, SUTRA_PORT: '0', ...env},
      encoding: 'utf8',
      timeout: 20_000,
    });
    return {status, stderr};
  };

  it('says which variable is wrong, and exits 2', () => {
    expect(start({SUTRA_ROLE: 'chef'})).toEqual({
      status: 2,
      stderr: 'embedder: SUTRA_ROLE is "chef": must be one of model, cached, direct\n',
    });
  });

  it('says which file its model folder lacks, and exits 2', () => {
    expect(start({SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: folder})).toEqual({
      status: 2,
      stderr: `embedder: SUTRA_MODEL_DIR is "${folder}": it must hold a readable model.onnx\n`,
    });
  });

  it('says which dimensions its model offers, and exits 2', () => {
    expect(start({SUTRA_ROLE: 'direct', SUTRA_MODEL_DIR: model, MATRYOSHKA_DIM: '100'})).toEqual({
      status: 2,
      stderr: `embedder: MATRYOSHKA_DIM is "100": ${miniLmId} offers 384\n`,
    });
  });

  it('says that the weights do not load, and exits 1', () => {
    for (const name of ['tokenizer.json', 'sutra-model.json']) cpSync(join(model, name), join(folder, name));
    writeFileSync(join(folder, 'model.onnx'), 'not a model');
    const {status, stderr} = start({SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: folder});
    expect({status, lines: stderr.trim().split('\n')}).toEqual({
      status: 1,
      lines: [expect.stringMatching(/^embedder: the model cannot be loaded: /)],
    });
  });
});
