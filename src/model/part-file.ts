import {constants} from 'node:fs';
import {type FileHandle, open, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {ModelFile} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import {moveDurably, writeWhole} from '../system/files/whole-file.js';
import {checksumOf} from './checksum.js';
import {sizeOf} from './model-folder.js';
import {isOutOfSpace, noSpace} from './space.js';

/**
 * A file on its way in: `<name>.part`, always the first bytes of the file, so that any source can go on from its end,
 * and `<name>.part.etag`, the validator the hub gave for them.
 */
export interface PartFile extends AsyncDisposable {
  sizeBytes: number;
  /** Of the bytes that were here when it was opened; null if unknown. */
  etag: string | null;
  /** Says under which validator the bytes to come are received. */
  setEtag(etag: string | null): Promise<void>;
  /** Puts bytes at their place. Throws NO_SPACE. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
}

export async function openPart(folder: string, file: ModelFile): Promise<PartFile> {
  const path = partPath(folder, file);
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  const part: PartFile = {
    sizeBytes: (await handle.stat()).size,
    etag: await readFile(`${path}.etag`, 'utf8').catch(() => null),
    setEtag: async (etag) => {
      await handle.datasync();
      if (etag === null) await rm(`${path}.etag`, {force: true});
      else writeWhole(`${path}.etag`, etag);
    },
    write: async (offset, bytes) => {
      try {
        await writeAll(handle, offset, bytes);
      } catch (error) {
        throw isOutOfSpace(error) ? await noSpace(folder, file.sizeBytes - part.sizeBytes, error) : error;
      }
      part.sizeBytes = Math.max(part.sizeBytes, offset + bytes.length);
    },
    truncate: async (sizeBytes) => {
      await handle.truncate(sizeBytes);
      part.sizeBytes = sizeBytes;
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await handle.sync();
      } finally {
        await handle.close();
        // A source that gave nothing leaves nothing.
        if (part.sizeBytes === 0) await discardPart(folder, file);
      }
    },
  };
  return part;
}

/** Holds a finished part to its size and checksum and gives it its name. If it is wrong: deletes it, CHECKSUM. */
export async function settlePart(folder: string, file: ModelFile, source: string, signal: AbortSignal): Promise<void> {
  const path = partPath(folder, file);
  const sizeBytes = await sizeOf(path);
  const sha256 = sizeBytes === file.sizeBytes ? await checksumOf(path, signal) : null;
  if (sha256 !== file.sha256) {
    await discardPart(folder, file);
    throw wrongFile(source, file, sha256 === null ? `has ${sizeBytes} bytes` : `has sha256 ${sha256}`);
  }
  moveDurably(path, join(folder, file.name));
  await rm(`${path}.etag`, {force: true});
}

/** What a source has is not the file the registry means. */
export function wrongFile(source: string, file: ModelFile, found: string): SutraError {
  const expected = `${file.sizeBytes} bytes with sha256 ${file.sha256}`;
  return new SutraError('CHECKSUM', `${source}: ${file.name} ${found}, not ${expected}`, {
    details: {file: file.name, source, expected: file.sha256},
  });
}

export async function discardPart(folder: string, file: ModelFile): Promise<void> {
  const path = partPath(folder, file);
  await Promise.all([rm(path, {force: true}), rm(`${path}.etag`, {force: true})]);
}

export function partPath(folder: string, file: ModelFile): string {
  return join(folder, `${file.name}.part`);
}

async function writeAll(handle: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const {bytesWritten} = await handle.write(bytes, written, bytes.length - written, offset + written);
    written += bytesWritten;
  }
}
