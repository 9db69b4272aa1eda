import {closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {type JournalEvent, journalEventSchema, type NewEvent} from './journal-event.js';

export interface Journal {
  /** Returns once the event is on the disk. Throws what the file system throws. */
  append(event: NewEvent): JournalEvent;
}

/**
 * The journal at `path`, made when first written to. Any number of processes may append at once: an event is one write
 * to a file opened for appending, so lines never interleave.
 */
export function openJournal(path: string, nowMs: () => number = Date.now): Journal {
  return {
    append(event) {
      const at = new Date(nowMs()).toISOString();
      const whole = journalEventSchema.parse({schemaVersion: 1, at, data: {}, ...event});
      appendLine(path, JSON.stringify(whole));
      return whole;
    },
  };
}

function appendLine(path: string, line: string): void {
  mkdirSync(dirname(path), {recursive: true});
  const file = openSync(path, 'a+', 0o600);
  try {
    const bytes = Buffer.from(`${endsTorn(file) ? '\n' : ''}${line}\n`);
    const written = writeSync(file, bytes);
    if (written < bytes.length) throw new Error(`${path}: only ${written} of ${bytes.length} bytes were written`);
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
