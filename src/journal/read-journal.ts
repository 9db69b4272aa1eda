import {readRegularFile} from '../system/files/regular-file.js';
import {type JournalEvent, journalEventSchema} from './journal-event.js';

export interface JournalContents {
  /** In the order written. */
  events: JournalEvent[];
  /** The last line was cut off by a crash. What it was going to say was never acknowledged. */
  tornTail: boolean;
  /** Numbers, from 1, of further lines that hold no event: older torn tails, or damage. */
  damagedLines: number[];
}

/** Everything the journal holds; empty when there is none. Throws what the file system throws otherwise. */
export function readJournal(path: string): JournalContents {
  const lines = readText(path).split('\n');
  const contents: JournalContents = {events: [], tornTail: false, damagedLines: []};
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const event = parseEvent(line);
    if (event !== null) contents.events.push(event);
    else if (index === lines.length - 1) contents.tornTail = true;
    else contents.damagedLines.push(index + 1);
  }
  return contents;
}

function parseEvent(line: string): JournalEvent | null {
  try {
    return journalEventSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

function readText(path: string): string {
  try {
    return readRegularFile(path, {limitBytes: 1024 ** 3}).toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
