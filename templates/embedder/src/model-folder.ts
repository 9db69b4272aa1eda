import {accessSync, constants, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type ModelEntry, modelEntrySchema, modelFolder} from '@sutra/contract/model-entry';
import {z} from 'zod';
import {ConfigurationError} from './environment.js';

/** The entry of the model in a folder that holds all it needs. Throws ConfigurationError. */
export function readModelFolder(folder: string): ModelEntry {
  for (const name of [modelFolder.weights, modelFolder.tokenizer, modelFolder.entry]) {
    try {
      accessSync(join(folder, name), constants.R_OK);
    } catch {
      throw new ConfigurationError(`SUTRA_MODEL_DIR is "${folder}": it must hold a readable ${name}`);
    }
  }
  try {
    return modelEntrySchema.parse(JSON.parse(readFileSync(join(folder, modelFolder.entry), 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : 'not JSON';
    throw new ConfigurationError(
      `SUTRA_MODEL_DIR is "${folder}": its ${modelFolder.entry} is not a valid model entry: ${reason}`,
    );
  }
}
