import {SutraError} from '../../errors.js';

/** Throws STATE for 429: an answer of the rate limit tells nothing of the API behind it. */
export function refuseLimited(status: number): void {
  if (status !== 429) return;
  throw new SutraError(
    'STATE',
    'the rate limit rejected the request before the API saw it: run this again in a minute',
  );
}
