import {stat} from 'node:fs/promises';
import {isAbsolute, join, resolve} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {artifactOf, type ModelEntry, type ModelFile, modelEntrySchema, modelFolder} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import {readTextIfThere} from '../system/files/files.js';
import {replaceableBy} from '../system/files/replaceable.js';
import {homeFolder, userCacheFolder} from '../system/folders/home-folder.js';
import type {System} from '../system/system.js';

/** Hex digits of the weights' digest in a folder's name. */
const artifactDigits = 12;

/** The folder of all pulled models: `SUTRA_MODEL_STORE`, or `models/` in the user's cache folder. */
export function storeFolder({env, cwd}: Pick<System, 'env' | 'cwd'>): string {
  const chosen = env.SUTRA_MODEL_STORE;
  if (chosen !== undefined && chosen !== '') return resolve(cwd, chosen);
  return join(userCacheFolder(env), 'sutra/models');
}

/** Refuses a store in which another user could put other weights. Throws PERMISSION. */
export function refuseForeignStore(system: Pick<System, 'env' | 'cwd'>): void {
  const store = storeFolder(system);
  const chosen = Boolean(system.env.SUTRA_MODEL_STORE);
  const found = replaceableBy(store, {base: chosen ? store : homeFolder(system.env), group: chosen});
  if (found === null) return;
  throw new SutraError('PERMISSION', `the model store ${store}: other users can change ${found}`, {
    cure: [
      `chmod ${chosen ? 'o-w' : 'go-w'} ${found}, and chown it if it is not yours`,
      'set SUTRA_MODEL_STORE to a folder of your own, then run the same command again',
    ],
  });
}

/** `<store>/<owner>--<name>/<start of the weights' digest>`: other weights are another folder. */
export function folderOf(system: Pick<System, 'env' | 'cwd'>, entry: ModelEntry): string {
  return join(storeFolder(system), entry.id.replace('/', '--'), artifactOf(entry).slice(0, artifactDigits));
}

/** Whether the folder was pulled to its end: the entry is written last, when every file has been verified. */
export async function isComplete(folder: string, entry: ModelEntry): Promise<boolean> {
  const written = await readTextIfThere(join(folder, modelFolder.entry)).catch(() => null);
  if (written === null) return false;
  // An entry that has since been corrected in the registry has to be written again.
  const parsed = modelEntrySchema.safeParse(parseJson(written)).data;
  if (parsed === undefined || !isDeepStrictEqual(withoutSources(parsed), withoutSources(entry))) return false;
  return (await missingFiles(folder, entry)).length === 0;
}

/** Where a file is to be had from changes nothing of what it is. */
function withoutSources(entry: ModelEntry): unknown {
  return {...entry, files: entry.files.map(({name, sizeBytes, sha256}) => ({name, sizeBytes, sha256}))};
}

/** The entry's files that are not in the folder in their full length. */
export async function missingFiles(folder: string, entry: ModelEntry): Promise<ModelFile[]> {
  const sizes = await Promise.all(entry.files.map(({name}) => sizeOf(join(folder, name))));
  return entry.files.filter((file, index) => sizes[index] !== file.sizeBytes);
}

/** Bytes of a file; 0 if there is none. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.size ?? 0;
}

/** Whether a model's name is the path of a folder: it begins as paths do. */
export function isPath(name: string): boolean {
  return isAbsolute(name) || /^(\.{1,2}|~)([/\\]|$)/.test(name);
}

/** The absolute form of such a path. */
export function pathOf(name: string, {cwd, env}: Pick<System, 'env' | 'cwd'>): string {
  return name.startsWith('~') ? join(homeFolder(env), name.slice(1)) : resolve(cwd, name);
}

/** Any file system error as one the reader can do something about. */
export function storeError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS' && code !== 'ENOTDIR') return error;
  return new SutraError('PERMISSION', `the model store ${folder} cannot be written to (${code})`, {
    cure: 'set SUTRA_MODEL_STORE to a folder of your own, then run the same command again',
    cause: error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
