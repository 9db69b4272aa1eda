import {WriteError} from './writer/writer-link.js';

/** What is asked of the store cannot be done; the code is the protocol's. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
  readonly code: 'stale_generation' | 'disk_full' | 'storage_failed' | 'overloaded';

  constructor(code: StoreRefusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** What the client is told of a write that failed. */
export function refusalOf(error: unknown): StoreRefusal {
  if (error instanceof StoreRefusal) return error;
  if (error instanceof WriteError && error.code === 'disk_full') {
    return new StoreRefusal('disk_full', 'the disk is full: nothing was stored');
  }
  return new StoreRefusal('storage_failed', `nothing was stored: ${error instanceof Error ? error.message : error}`);
}
