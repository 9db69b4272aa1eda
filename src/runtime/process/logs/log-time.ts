import {statSync} from 'node:fs';
import type {LogLine} from '../../runtime.js';
import {lastLines} from './log-tail.js';

/** A line of a log and when it was written, ISO 8601 in UTC; null where it does not say. */
export type TimedLine = Omit<LogLine, 'instance'>;

const iso = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`;
/** Services begin a line with `{"at":"TIME"`, HAProxy and the supervisor with the time itself. */
const stamp = new RegExp(`^(?:\\{"at":")?(${iso})(?=["\\s])`);

export function timed(text: string): TimedLine {
  const written = Date.parse(stamp.exec(text)?.[1] ?? '');
  return {text, at: Number.isNaN(written) ? null : new Date(written).toISOString()};
}

/**
 * The lines of a log and its copies that were written at `sinceMs` or later. One without a time of its own was written no
 * later than the next that has one, or than the last write: none that is recent is left out.
 */
export function linesSince(path: string, sinceMs: number): TimedLine[] {
  const lines = lastLines(path, Number.POSITIVE_INFINITY).map(timed);
  let atMs = statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0;
  let first = lines.length;
  for (; first > 0; first -= 1) {
    const at = lines[first - 1]?.at ?? null;
    if (at !== null) atMs = Date.parse(at);
    if (atMs < sinceMs) break;
  }
  return lines.slice(first);
}
