import {SutraError} from '../../errors.js';

/** A figure beside the load is no reason to lose the load: why there is none is its result. */
export async function orReason<T>(signal: AbortSignal, read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (signal.aborted) return 'interrupted';
    if (error instanceof SutraError) return error.message;
    throw error;
  }
}
