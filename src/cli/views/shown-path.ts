import {relative} from 'node:path';

/** A path for people: from the folder the command was typed in, where that is shorter. */
export function shownPath(path: string, from = process.cwd()): string {
  const short = relative(from, path);
  return short !== '' && short.length < path.length ? short : path;
}

/** `report: bench.html`, a line each of what was written. */
export function keptLines(kept: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(kept).flatMap(([what, path]) => (path === undefined ? [] : [`${what}: ${shownPath(path)}`]));
}
