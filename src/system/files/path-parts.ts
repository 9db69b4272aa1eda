import {lstatSync, readdirSync, type Stats} from 'node:fs';
import {basename, dirname} from 'node:path';
import {nearestName} from '../../nearest-name.js';

/** What of a path is missing, as a sentence, and what to do about it. */
export function missingPart(path: string): {says: string; hints: string[]} {
  const missing = firstMissing(path);
  if (missing === path && stat(path)?.isSymbolicLink() === true) {
    return {says: `${path} is a symbolic link to something that does not exist`, hints: [`see where: ls -ld ${path}`]};
  }
  const above = dirname(missing);
  if (missing !== path) {
    return {
      says: `${path}: there is no folder ${missing}`,
      hints: [...nearby(missing), `check the path: ls -la ${above}`, `or make the folder: mkdir -p ${dirname(path)}`],
    };
  }
  return {says: `${path} does not exist`, hints: [...nearby(path), `check the path: ls -la ${above}`]};
}

/** The file that stands where the path needs a folder; the path itself where none is found. */
export function fileOnTheWay(path: string): string {
  for (let way = path; way !== dirname(way); way = dirname(way)) {
    const found = stat(way);
    if (found !== null && !found.isDirectory()) return way;
  }
  return path;
}

/** The topmost part that does not exist. */
function firstMissing(path: string): string {
  let missing = path;
  for (let way = dirname(path); way !== dirname(way) && stat(way) === null; way = dirname(way)) missing = way;
  return missing;
}

function nearby(path: string): string[] {
  const nearest = nearestName(basename(path), namesIn(dirname(path)));
  return nearest === null ? [] : [`did you mean ${nearest}?`];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function stat(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
