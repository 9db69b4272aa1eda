import {createHash} from 'node:crypto';
import {closeSync, createReadStream} from 'node:fs';
import {createGunzip} from 'node:zlib';
import {L2FrameError, L2FrameReader} from '@sutra/contract/l2-frame-reader';
import type {L2ScannedEntry} from '@sutra/contract/l2-protocol';
import {SutraError} from '../errors.js';
import {fileFailure} from '../system/files/file-failure.js';
import {openRegularFile} from '../system/files/regular-file.js';
import {
  type BackupHeader,
  backupEndSchema,
  backupHeaderSchema,
  backupPageSchema,
  frameContent,
} from './backup-frames.js';

/**
 * The pages of a backup, as they are read: memory does not grow with the file. `onHeader` comes first. Throws USAGE for
 * what is no backup or of another format, CHECKSUM, at the latest after the last page, for one that is cut or damaged.
 */
export async function* readBackup(
  path: string,
  signal: AbortSignal,
  onHeader: (header: BackupHeader) => void,
): AsyncGenerator<L2ScannedEntry[]> {
  const state: ReadState = {hash: createHash('sha256'), header: null, entries: 0, ended: false};
  for await (const frame of framesOf(path, signal, state)) {
    if (state.ended) throw damaged(path, 'there is data after its end');
    const content = frameContent(frame.subarray(4));
    if (state.header === null) {
      state.header = headerOf(content, path);
      onHeader(state.header);
    } else {
      const page = pageOf(content, state, path);
      if (page !== null) yield page;
    }
    state.hash.update(frame);
  }
  if (!state.ended) throw damaged(path, 'its end is missing');
}

interface ReadState {
  hash: ReturnType<typeof createHash>;
  header: BackupHeader | null;
  entries: number;
  ended: boolean;
}

/** Frames with their length, copied: what the reader holds is overwritten by the next chunk. */
async function* framesOf(path: string, signal: AbortSignal, state: ReadState): AsyncGenerator<Buffer> {
  const file = createReadStream(path, {signal, fd: openBackup(path)});
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  const reader = new L2FrameReader();
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      reader.push(chunk);
      while (reader.next()) yield Buffer.from(reader.bytes.subarray(reader.start - 4, reader.end));
    }
    if (reader.heldBytes > 0) throw damaged(path, 'its last frame is cut off');
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(error, path, state.header === null);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

const cure = 'name a file that `sutra backup` wrote';

/** Refuses, before any work, a path that no backup can be read from. */
export function requireBackup(path: string): void {
  if (path === '-') {
    throw new SutraError('USAGE', 'restore cannot read standard input: it reads the file twice, first to check it', {
      cure: 'write it to a file first: cat > FILE, then sutra restore FILE',
    });
  }
  closeSync(openBackup(path));
}

/** Of any size: its pages are checked one by one, and no more than one is in memory. */
function openBackup(path: string): number {
  try {
    return openRegularFile(path, {limitBytes: Number.POSITIVE_INFINITY, cure});
  } catch (error) {
    throw fileFailure(error, path);
  }
}

function headerOf(content: unknown, path: string): BackupHeader {
  const parsed = backupHeaderSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const {format, schemaVersion} = (content ?? {}) as {format?: unknown; schemaVersion?: unknown};
  if (format !== 'sutra-backup') throw noBackup(path);
  throw new SutraError('USAGE', `${path} is a backup of format ${schemaVersion}; this version reads format 1`, {
    cure: 'restore it with the version of sutra that took it, or a later one',
  });
}

/** Null: it was the end, and all that came before was right. */
function pageOf(content: unknown, state: ReadState, path: string): L2ScannedEntry[] | null {
  const page = backupPageSchema.safeParse(content);
  if (page.success) {
    state.entries += page.data.entries.length;
    return page.data.entries;
  }
  const end = backupEndSchema.safeParse(content);
  if (!end.success) throw damaged(path, `the data after ${state.entries} vectors is not a vector`);
  const digest = state.hash.copy().digest('hex');
  if (end.data.sha256 !== digest) throw damaged(path, 'its SHA-256 does not match');
  if (end.data.entries !== state.entries) throw damaged(path, `it has ${state.entries} of ${end.data.entries} vectors`);
  state.ended = true;
  return null;
}

function readFailure(error: unknown, path: string, atStart: boolean): SutraError {
  if (error instanceof SutraError) return error;
  if (error instanceof L2FrameError) return atStart ? noBackup(path) : damaged(path, error.message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return damaged(path, 'it is cut off');
  if (code.startsWith('Z_')) return atStart ? noBackup(path) : damaged(path, 'its compressed data is invalid');
  return fileFailure(error, path);
}

function damaged(path: string, how: string): SutraError {
  return new SutraError('CHECKSUM', `${path} is damaged: ${how}`, {cure: 'restore another backup'});
}

function noBackup(path: string): SutraError {
  return new SutraError('USAGE', `${path} is not a backup made by sutra`, {cure});
}
