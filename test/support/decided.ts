import {verdictExit} from '../../src/errors.js';

const looks = 6;

/**
 * Looks again while the verdict is unknown, six times at most: a busy machine makes the load generator late now and then,
 * and that says nothing of the target.
 */
export async function decided<T extends {exitCode: number | null}>(look: () => Promise<T>): Promise<T> {
  let found = await look();
  for (let more = looks - 1; found.exitCode === verdictExit.unknown && more > 0; more -= 1) found = await look();
  return found;
}
