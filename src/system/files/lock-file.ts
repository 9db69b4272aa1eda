import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {identify, isAlive, type ProcessIdentity, processIdentitySchema} from '../process/process-identity.js';
import {setAsideUnless} from './own-files.js';
import {readRegular} from './read-regular.js';
import {draftName, sweepDrafts} from './sweep-drafts.js';

const holderSchema = processIdentitySchema.extend({
  purpose: z.string(),
  sinceMs: z.number(),
  /** Number of the lock file itself in its file system: a lock that was copied with its folder is nobody's. */
  inode: z.string().optional(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** What came of asking for a lock: it is ours until released, or somebody living has it. */
export type LockAttempt = {held: true; release: () => void} | {held: false; holder: LockHolder};

/** Whether a process that a lock file names counts as its holder. */
type Lives = (holder: ProcessIdentity) => boolean;

/** A guard lasts microseconds; one this old was left by a process that was killed inside them. */
const guardStaleMs = 5_000;
const guardWaitMs = 5;
const guardGivenUpMs = 2 * guardStaleMs;

/**
 * Takes the lock file at `path`, or says who has it. The lock of a process that does not live is taken over; `lives` may
 * ask for more than pid and start time. A process that asks for a lock it has already gets it again, and only its first
 * release gives it back.
 */
export function acquireLock(path: string, purpose: string, lives: Lives = isAlive): LockAttempt {
  const self = identify(process.pid);
  if (self === null) throw new Error('this process cannot see itself in the process table');
  const mine: LockHolder = {...self, purpose, sinceMs: Date.now()};
  const draft = join(dirname(path), draftName(basename(path)));
  sweepDrafts(dirname(path), (name) => name === basename(path));
  const untilMs = performance.now() + guardGivenUpMs;
  try {
    writeDraft(draft, mine);
    setAsideUnless('a file', path);
    for (;;) {
      if (tryLink(draft, path)) {
        dropDeadGuard(path);
        return {held: true, release: () => releaseLock(path, mine)};
      }
      const holder = readLock(path);
      if (holder !== null && isSame(holder, mine)) return {held: true, release: () => undefined};
      if (holder !== null && lives(holder)) return {held: false, holder};
      if (takeOver(path, draft, lives)) return {held: true, release: () => releaseLock(path, mine)};
      if (performance.now() > untilMs) throw guardStays(path);
      pause(guardWaitMs);
    }
  } finally {
    rmSync(draft, {force: true});
  }
}

/** Who has the lock, dead or alive; null when nobody has, the file says nothing, or it is a copy of another lock. */
export function readLock(path: string): LockHolder | null {
  const file = openOrNull(path);
  if (file === null) return null;
  try {
    // Text and inode of one and the same file: a lock may be given back and taken again between two looks at its path.
    const stat = fstatSync(file, {bigint: true});
    const holder = stat.isFile() ? parseHolder(readFileSync(file, 'utf8')) : null;
    const isCopy = holder?.inode !== undefined && holder.inode !== stat.ino.toString();
    return isCopy ? null : holder;
  } finally {
    closeSync(file);
  }
}

/** What is wrong with a lock file; null where it is whole or nobody has the lock. Completes "the file …". */
export function lockDamage(path: string): string | null {
  const found = readRegular(path);
  if (found.state === 'gone') return null;
  if (found.state === 'damaged') return found.problem;
  return parseHolder(found.text) === null ? 'does not say who has the lock' : null;
}

/** The living process that has the lock. */
export function livingHolder(path: string): LockHolder | null {
  const holder = readLock(path);
  return holder !== null && isAlive(holder) ? holder : null;
}

// Two that find the same dead holder must not both replace it, so the replacement itself happens under a guard, and the
// one inside looks again. Nobody but the guard's owner removes a dead holder's file.
function takeOver(path: string, draft: string, lives: Lives): boolean {
  const guard = `${path}.guard`;
  if (!tryLink(draft, guard)) {
    // A guard from the future was left while the clock was ahead.
    if (Math.abs(ageMs(guard)) > guardStaleMs) rmSync(guard, {recursive: true, force: true});
    return false;
  }
  try {
    // Given back meanwhile: then whoever links first has it, and replacing would take it from them.
    if (lstatSync(path, {throwIfNoEntry: false}) === undefined) return false;
    const holder = readLock(path);
    if (holder !== null && lives(holder)) return false;
    renameSync(draft, path);
    return true;
  } finally {
    rmSync(guard, {force: true});
  }
}

function guardStays(path: string): SutraError {
  return new SutraError('BUSY', `${path}.guard is made again and again, or cannot be removed`, {
    cure: `rm ${path}.guard, then run the same command again`,
  });
}

/** Left by a process that was killed while it took over a lock. */
function dropDeadGuard(path: string): void {
  const guard = `${path}.guard`;
  if (readRegular(guard).state === 'read' && livingHolder(guard) === null) rmSync(guard, {force: true});
}

function releaseLock(path: string, mine: LockHolder): void {
  const holder = readLock(path);
  if (holder !== null && isSame(holder, mine)) rmSync(path, {force: true});
}

function isSame(one: LockHolder, other: LockHolder): boolean {
  return one.pid === other.pid && one.startKey === other.startKey;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function parseHolder(text: string): LockHolder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function writeDraft(path: string, holder: LockHolder): void {
  const file = openSync(path, 'w');
  try {
    writeFileSync(file, JSON.stringify({...holder, inode: fstatSync(file, {bigint: true}).ino.toString()}));
  } finally {
    closeSync(file);
  }
}

function openOrNull(path: string): number | null {
  try {
    // Whatever lies there, a pipe for one, is not waited for.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return null;
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
