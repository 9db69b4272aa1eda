import {type BigIntStats, statSync} from 'node:fs';

/** What a path leads to; null where there is nothing, or nothing that this user may look at. */
export function statOrNull(path: string): BigIntStats | null {
  try {
    return statSync(path, {bigint: true});
  } catch {
    return null;
  }
}
