import {mkdirSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {readJsonFile, writeJsonFile} from '../files/json-file.js';
import {isSameFile, statOrNull} from '../files/stat-or-null.js';

export const markFile = 'stack-folder.json';

const markSchema = z.object({
  schemaVersion: z.literal(1),
  /** The state folder as it was named when sutra made it. */
  path: z.string(),
  /** Its number in the file system: a folder that is moved keeps it, a copy has another. */
  inode: z.string(),
  /** Names it had before it was moved: containers and volumes carry the name of their time. */
  formerly: z.array(z.string()),
});
export type FolderMark = z.infer<typeof markSchema>;

/**
 * What a state folder is, by the mark in it. `own`: marked under this very name; `moved`: marked under another name that
 * is now free; `alias`: another name for the folder it was marked as, as a bind mount gives; `copy`: made by copying.
 */
export type FolderOrigin = {kind: 'absent' | 'unmarked' | 'own'} | {kind: 'moved' | 'alias' | 'copy'; from: string};

export function folderOrigin(path: string): FolderOrigin {
  const inode = inodeOf(path);
  if (inode === null) return {kind: 'absent'};
  const mark = readMark(path);
  if (mark === null) return {kind: 'unmarked'};
  if (mark.path === path) return {kind: 'own'};
  const from = mark.path;
  if (isSameFile(from, path)) return {kind: 'alias', from};
  // One that was moved to another file system has a new number too, but then the old name leads nowhere.
  return {kind: mark.inode === inode || inodeOf(from) === null ? 'moved' : 'copy', from};
}

/**
 * Every name that containers and volumes of this folder's stack may carry: its own first. A former name that another
 * folder has now may stand for that one's, and the former name of what may be a copy for the original's.
 */
export function folderNames(path: string): string[] {
  const mark = readMark(path);
  if (mark === null || mark.inode !== inodeOf(path)) return [path];
  const earlier = [...mark.formerly, mark.path].filter((name) => name !== path && inodeOf(name) === null);
  return [path, ...new Set(earlier)];
}

/** Makes the folder, closed to others, and its mark. Throws STATE for one that exists and that sutra did not make. */
export function makeStateFolder(path: string): void {
  mkdirSync(path, {recursive: true, mode: 0o700});
  if (folderOrigin(path).kind !== 'unmarked') return;
  refuseFolderOfOthers(path);
  writeMark(path, []);
}

/**
 * The same, for a command that is about to change the stack: a folder that was moved goes by its new name from now on,
 * and a copy becomes a folder of its own, without what describes the stack of the folder it was copied from.
 */
export function claimStateFolder(path: string): void {
  makeStateFolder(path);
  const origin = folderOrigin(path);
  if (origin.kind === 'moved') writeMark(path, folderNames(path).slice(1));
  if (origin.kind !== 'copy') return;
  for (const name of stackNames) rmSync(join(path, name), {recursive: true, force: true});
  writeMark(path, []);
}

/** Describe a stack that runs. */
const stackNames = ['plan.json', 'run'];
/** Files and folders that nobody else makes: by them a state folder made before there were marks is known. */
const tellTales = ['plan.json', 'plans', 'run', 'journal.jsonl', 'haproxy', 'compose'];
/** Records of measurements, which may be all there is. */
const records = ['logs', 'evidence', 'baselines'];
const otherNames = ['data', 'secrets', 'written.json', 'unfinished.json'];

/** Whether sutra writes this name below a state folder; drafts and what was set aside count too. */
export function isOurName(name: string): boolean {
  return [...tellTales, ...records, ...otherNames, markFile].includes(name.replace(/\.damaged$/, '')) || isDraft(name);
}

/** What is wrong with the mark of a folder that holds a stack; null where it is whole. Completes "the file …". */
export function markDamage(path: string): string | null {
  const found = readJsonFile(join(path, markFile), markSchema);
  if (found.state === 'whole') return null;
  return found.state === 'gone' ? 'is gone' : found.problem;
}

/** Throws STATE for a folder without a mark in which nothing tells of a stack. */
export function refuseFolderOfOthers(path: string): void {
  const names = readdirSync(path);
  if (names.includes(markFile) || names.some((name) => tellTales.includes(name))) return;
  const others = names.filter((name) => !records.includes(name) && !isDraft(name));
  if (others.length === 0) return;
  throw new SutraError('STATE', `${path} was not made by sutra: it holds ${others.slice(0, 5).join(', ')}`, {
    cure: 'move it away, or use another folder: --folder DIR',
    details: {path, names: others},
  });
}

function isDraft(name: string): boolean {
  return /^\..+\.tmp$/.test(name) || /\.\d+\.tmp$/.test(name);
}

/** A mark that cannot be read is none: it is written again by the next command that changes the stack. */
function readMark(path: string): FolderMark | null {
  const found = readJsonFile(join(path, markFile), markSchema);
  return found.state === 'whole' ? found.value : null;
}

function writeMark(path: string, formerly: string[]): void {
  const mark: FolderMark = {schemaVersion: 1, path, inode: inodeOf(path) ?? '', formerly};
  writeJsonFile(join(path, markFile), mark);
}

function inodeOf(path: string): string | null {
  return statOrNull(path)?.ino.toString() ?? null;
}
