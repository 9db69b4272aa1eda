import {join} from 'node:path';
import {type ModelEntry, modelEntrySchema, modelFolder} from '@sutra/contract/model-entry';
import {z} from 'zod';
import {SutraError} from '../errors.js';
import {readTextFile, writtenByHand} from '../system/files/regular-file.js';
import {checksumOf} from './checksum.js';
import {sizeOf} from './model-folder.js';

/**
 * A model that lies in a folder of the user's, explained by its `sutra-model.json`. Every file is held to the size and
 * checksum that the entry gives. Throws MODEL_UNKNOWN (no such model there), USAGE (a wrong entry), CHECKSUM.
 */
export async function readLocalModel(folder: string): Promise<ModelEntry> {
  const entry = readEntry(join(folder, modelFolder.entry));
  for (const name of [modelFolder.weights, modelFolder.tokenizer]) {
    if (entry.files.some((file) => file.name === name)) continue;
    throw new SutraError('USAGE', `${join(folder, modelFolder.entry)}: "files" lists no ${name}`, {
      cure: `an entry in "files" with the name, sizeBytes and sha256 of ${name}`,
    });
  }
  for (const file of entry.files) {
    const path = join(folder, file.name);
    const sizeBytes = await sizeOf(path);
    if (sizeBytes === file.sizeBytes && (await checksumOf(path)) === file.sha256) continue;
    const found = sizeBytes === 0 ? 'does not exist' : `has ${sizeBytes} bytes or another content`;
    throw new SutraError('CHECKSUM', `${path} ${found}; ${modelFolder.entry} lists ${file.sizeBytes} bytes`, {
      cure: `sha256sum ${path}, and its size and digest in ${modelFolder.entry} if this file is the right one`,
      details: {path, expected: file.sha256},
    });
  }
  return entry;
}

function readEntry(path: string): ModelEntry {
  const text = readTextFile(path, writtenByHand);
  if (text === null) {
    throw new SutraError('MODEL_UNKNOWN', `${path} does not exist: a model folder must contain one`, {
      cure: [`a ${modelFolder.entry} beside the weights; every pulled model has one to copy from`, 'sutra model list'],
    });
  }
  const parsed = modelEntrySchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw new SutraError('USAGE', `${path} does not describe a model:\n${z.prettifyError(parsed.error)}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SutraError('USAGE', `${path} is not JSON: ${cause instanceof Error ? cause.message : cause}`, {cause});
  }
}
