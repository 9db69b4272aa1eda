import type {RunResult} from './run-result.js';

/** A generator that shares its machine with its target is late now and then. */
const mostTries = 3;

/**
 * For runs that are compared: one whose generator was late says nothing of its target and is made again, twice at most,
 * by the same rule for all that are compared. Returns the last.
 */
export async function soundRun<T>(
  make: () => Promise<T>,
  {runOf, again}: {runOf: (made: T) => RunResult; again: (reason: string) => void | Promise<void>},
): Promise<T> {
  let made = await make();
  for (let tries = 1; tries < mostTries && isSpoilt(runOf(made)); tries += 1) {
    await again(runOf(made).reason);
    made = await make();
  }
  return made;
}

/** An interrupted one is what it is. */
function isSpoilt({verdict, partial}: RunResult): boolean {
  return verdict === 'unknown' && !partial;
}
