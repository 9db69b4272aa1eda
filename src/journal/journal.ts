import {closeSync, fstatSync, fsyncSync, readSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {SutraError} from '../errors.js';
import {fileFailure} from '../system/files/file-failure.js';
import {openToAppend} from '../system/files/open-to-append.js';
import {makeOwnFolder, setAsideUnless} from '../system/files/own-files.js';
import {eventOf, type JournalEvent, type NewEvent} from './journal-event.js';

export interface Journal {
  /** Returns once the event is on the disk. Throws NO_SPACE, PERMISSION or STATE. */
  append(event: NewEvent): JournalEvent;
}

/**
 * The journal at `path`, made when first written to. Any number of processes may append at once: an event is one write
 * to a file opened for appending, so lines never interleave.
 */
export function openJournal(path: string, nowMs: () => number = Date.now): Journal {
  return {
    append(event) {
      const whole = eventOf(event, new Date(nowMs()).toISOString());
      try {
        appendLine(path, JSON.stringify(whole));
      } catch (error) {
        throw fileFailure(error, path);
      }
      return whole;
    },
  };
}

/** The same for the end of a stack, which a full disk must not keep from happening. */
export function appendIfRoom(journal: Journal, event: NewEvent): void {
  try {
    journal.append(event);
  } catch (error) {
    if (!(error instanceof SutraError && error.code === 'NO_SPACE')) throw error;
  }
}

function appendLine(path: string, line: string): void {
  makeOwnFolder(dirname(path));
  setAsideUnless('a file', path);
  const file = openToAppend(path);
  try {
    const bytes = Buffer.from(`${endsTorn(file) ? '\n' : ''}${line}\n`);
    // Not `writeAll`: the rest, written later, could land behind another process's line. A reader leaves a torn line out.
    const written = writeSync(file, bytes);
    if (written < bytes.length) throw Object.assign(new Error(`only ${written} bytes were written`), {code: 'ENOSPC'});
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

// A torn tail is ended, not cut: cutting could take what another process is appending at this moment, while a needless
// line end is only an empty line.
function endsTorn(file: number): boolean {
  const {size} = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return readSync(file, last, 0, 1, size - 1) === 1 && last.toString('latin1') !== '\n';
}
