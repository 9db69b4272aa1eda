import {createHash} from 'node:crypto';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';
import {readJsonFile, writeJsonFile} from '../../system/files/json-file.js';
import {readRegular} from '../../system/files/read-regular.js';
import type {System} from '../../system/system.js';
import {stateFolderOf} from './deployed-plan.js';

const file = 'written.json';
/** What services read of a deployment, below `.sutra/`. Deployments write there, and `generate`. */
const folders = ['compose', 'haproxy', 'secrets'];

const writtenSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Path below `.sutra/` → SHA-256. */
  files: z.record(z.string(), z.string()),
});

/** Writes down what lies in the folders that the services read, so that a later look can tell whether it still does. */
export function recordWritten(system: Pick<System, 'cwd'>): void {
  const state = stateFolderOf(system);
  const paths = folders.flatMap((folder) => namesIn(join(state, folder)).map((name) => `${folder}/${name}`));
  const pairs = paths.map((path) => [path, digestOf(join(state, path))] as const);
  const files = Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null));
  writeJsonFile(join(state, file), {schemaVersion: 1, files});
}

/** Returns what is not as the last deployment wrote it, one line each: `haproxy/50-api.cfg is gone`. */
export function changedFiles(system: Pick<System, 'cwd'>): string[] {
  const state = stateFolderOf(system);
  const written = readJsonFile(join(state, file), writtenSchema);
  if (written.state === 'gone') return [`${file} is gone`];
  if (written.state === 'damaged') return [`${file} ${written.problem}`];
  return Object.entries(written.value.files).flatMap(([path, digest]) => {
    const found = readRegular(join(state, path));
    if (found.state === 'gone') return [`${path} is gone`];
    if (found.state === 'damaged') return [`${path} ${found.problem}`];
    return hashOf(found.text) === digest ? [] : [`${path} differs from what was deployed`];
  });
}

function digestOf(path: string): string | null {
  const found = readRegular(path);
  return found.state === 'read' ? hashOf(found.text) : null;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.') && !name.endsWith('.damaged'));
  } catch {
    return [];
  }
}
