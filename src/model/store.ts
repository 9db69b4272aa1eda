import {mkdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {type ModelEntry, modelFolder} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import {writeWhole} from '../system/files/whole-file.js';
import {downloadDeadlines, type HttpDeadlines, httpAgent} from '../system/http/http-agent.js';
import type {System} from '../system/system.js';
import {checksumOf} from './checksum.js';
import {fetchFiles} from './fetch-files.js';
import {readLocalModel} from './local-model.js';
import {
  folderOf,
  isComplete,
  isPath,
  missingFiles,
  pathOf,
  refuseForeignStore,
  sizeOf,
  storeError,
} from './model-folder.js';
import {partPath} from './part-file.js';
import type {PullContext, PullProgress} from './pull-context.js';
import {lockPull} from './pull-lock.js';
import {registryEntry} from './registry.js';
import {isOutOfSpace, noSpace, requireSpace} from './space.js';

/** A model on this machine: `folder` holds its weights, tokenizer and `sutra-model.json`. */
export interface StoredModel {
  entry: ModelEntry;
  folder: string;
}

export interface PullOptions {
  onProgress?: (progress: PullProgress) => void;
  onNote?: (text: string) => void;
  signal?: AbortSignal;
  /** Hold files that are here already to their checksums, and fetch those that fail. */
  verify?: boolean;
  deadlines?: HttpDeadlines;
  /** Pauses between attempts, in milliseconds. */
  pausesMs?: readonly number[];
}

/**
 * The model of that name or in that folder, or null if it has not been pulled, or not to its end.
 * Throws MODEL_UNKNOWN, and USAGE or CHECKSUM for a folder that is not what it says.
 */
export async function findModel(system: System, nameOrPath: string): Promise<StoredModel | null> {
  const path = await localPath(system, nameOrPath);
  if (path !== null) return {entry: await readLocalModel(path), folder: path};
  const entry = registryEntry(nameOrPath);
  refuseForeignStore(system);
  const folder = folderOf(system, entry);
  return (await isComplete(folder, entry)) ? {entry, folder} : null;
}

/** The same, fetched if it is not there. Throws also NETWORK, CHECKSUM, NO_SPACE, PERMISSION, INTERRUPTED. */
export async function pullModel(system: System, nameOrPath: string, options: PullOptions = {}): Promise<StoredModel> {
  const path = await localPath(system, nameOrPath);
  if (path !== null) return {entry: await readLocalModel(path), folder: path};
  return pullEntry(system, registryEntry(nameOrPath), options);
}

/** Pulls a model by its entry; two at once are safe, the second waits and finds it done. */
export async function pullEntry(system: System, entry: ModelEntry, options: PullOptions = {}): Promise<StoredModel> {
  refuseForeignStore(system);
  const folder = folderOf(system, entry);
  if (!options.verify && (await isComplete(folder, entry))) return {entry, folder};
  const context = contextOf(system, options);
  try {
    await mkdir(folder, {recursive: true});
    await fill(context, folder, entry, options.verify ?? false);
  } catch (error) {
    throw await pullError(error, context, folder, entry);
  } finally {
    await context.dispatcher.destroy();
  }
  return {entry, folder};
}

function contextOf(system: System, options: PullOptions): PullContext {
  const deadlines = options.deadlines ?? downloadDeadlines;
  return {
    system,
    signal: options.signal === undefined ? system.signal : AbortSignal.any([system.signal, options.signal]),
    dispatcher: httpAgent(system.env, deadlines),
    deadlines,
    pausesMs: options.pausesMs ?? [500, 1_000, 2_000],
    onProgress: options.onProgress ?? (() => undefined),
    onNote: options.onNote ?? (() => undefined),
  };
}

async function pullError(error: unknown, {signal}: PullContext, folder: string, entry: ModelEntry): Promise<unknown> {
  if (error instanceof SutraError) return error;
  if (signal.aborted) return new SutraError('INTERRUPTED', 'the download was interrupted', {cause: error});
  if (isOutOfSpace(error)) return noSpace(folder, await lackingBytes(folder, entry), error);
  return storeError(error, folder);
}

async function fill(context: PullContext, folder: string, entry: ModelEntry, verify: boolean): Promise<void> {
  using _lock = await lockPull(join(folder, '.lock'), {
    purpose: `model pull ${entry.id}`,
    clock: context.system.clock,
    signal: context.signal,
    onWait: (pid) => context.onNote(`another sutra (pid ${pid}) is pulling ${entry.id}; waiting for it`),
  });
  if (verify) await removeWrongFiles(context, folder, entry);
  if (await isComplete(folder, entry)) return;
  await requireSpace(folder, await lackingBytes(folder, entry));
  await fetchFiles(context, folder, entry);
  writeWhole(join(folder, modelFolder.entry), `${JSON.stringify(entry, null, 2)}\n`);
}

async function removeWrongFiles(context: PullContext, folder: string, entry: ModelEntry): Promise<void> {
  const missing = await missingFiles(folder, entry);
  for (const file of entry.files) {
    const path = join(folder, file.name);
    if (missing.includes(file) || (await checksumOf(path, context.signal)) === file.sha256) continue;
    context.onNote(`${path} has changed since it was downloaded; fetching it again`);
    await rm(path);
  }
}

async function lackingBytes(folder: string, entry: ModelEntry): Promise<number> {
  const missing = await missingFiles(folder, entry);
  const lacking = missing.map(async (file) => file.sizeBytes - (await sizeOf(partPath(folder, file))));
  return (await Promise.all(lacking)).reduce((sum, bytes) => sum + Math.max(0, bytes), 0);
}

/** The folder that a name means: it looks like a path, or the registry does not know it and such a folder is there. */
async function localPath(system: System, nameOrPath: string): Promise<string | null> {
  const path = pathOf(nameOrPath, system);
  if (isPath(nameOrPath)) return path;
  const there = await stat(join(path, modelFolder.entry)).catch(() => null);
  return there === null ? null : path;
}
