import {createHash, randomBytes} from 'node:crypto';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ModelEntry, ModelFile} from '@sutra/contract/model-entry';
import {nodeSystem} from '../../src/system/node-system.js';
import type {System} from '../../src/system/system.js';

export interface ModelFixture {
  entry: ModelEntry;
  weights: Buffer;
  tokenizer: Buffer;
}

/** A model whose weights are noise: all that a download sees of one. */
export function modelFixture(weightBytes = 300_000): ModelFixture {
  const weights = randomBytes(weightBytes);
  const tokenizer = Buffer.from(JSON.stringify({version: '1.0', noise: randomBytes(2_000).toString('hex')}));
  const entry: ModelEntry = {
    id: 'test/noise',
    license: 'Apache-2.0',
    nativeDimension: 8,
    dimensions: [8],
    pooling: 'mean',
    layerNorm: false,
    windowTokens: 128,
    prefixes: {},
    batching: 'padded',
    tokensPerCoreSecond: 1_000,
    files: [fileOf('model.onnx', weights, 'onnx/model.onnx'), fileOf('tokenizer.json', tokenizer, 'tokenizer.json')],
  };
  return {entry, weights, tokenizer};
}

function fileOf(name: string, content: Buffer, path: string): ModelFile {
  return {
    name,
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    hub: {repo: 'test/noise', revision: 'main', path},
    npm: {package: '@test/noise', version: '1.2.3', path: `package/model/${path}`},
  };
}

/** Whether a file has exactly these bytes. */
export async function holds(path: string, bytes: Buffer): Promise<boolean> {
  return (await readFile(path)).equals(bytes);
}

export interface TestStore extends AsyncDisposable {
  folder: string;
  system: (env?: Record<string, string>, signal?: AbortSignal) => System;
}

/** A store of its own in a temporary folder, and systems that use it and no other source than those given. */
export async function testStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-store-'));
  return {
    folder,
    system: (env = {}, signal = new AbortController().signal) => ({
      ...nodeSystem(signal, folder),
      // Port 9 (discard) refuses connections on loopback.
      env: {
        HF_ENDPOINT: refusing,
        npm_config_registry: refusing,
        PATH: process.env.PATH,
        SUTRA_MODEL_STORE: folder,
        ...env,
      },
    }),
    [Symbol.asyncDispose]: () => rm(folder, {recursive: true, force: true}),
  };
}

const refusing = 'http://127.0.0.1:9';
