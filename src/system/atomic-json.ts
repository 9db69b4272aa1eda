import {closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import type {z} from 'zod';
import {SutraError} from '../errors.js';
import {fileFailure} from './file-failure.js';

/** Replaces `path` as a whole: a reader, or a crash at any moment, finds the old text or the new one. Throws NO_SPACE, PERMISSION. */
export function writeJsonAtomic(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(value, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, {force: true});
    throw fileFailure(error, path);
  }
  syncFolder(dirname(path));
}

/** The parsed file; null when there is none. Throws STATE, with the cure, when it is not what `schema` asks for. */
export function readJson<T>(path: string, schema: z.ZodType<T>, cure: string[]): T | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new SutraError('STATE', `${path} cannot be read: ${String(error)}`, {cure, cause: error});
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new SutraError('STATE', `${path} is damaged: it does not hold what sutra wrote there`, {cure, cause: error});
  }
}

// A rename is only durable once its folder is; some file systems refuse to sync one, which costs durability, not order.
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    return;
  }
}
