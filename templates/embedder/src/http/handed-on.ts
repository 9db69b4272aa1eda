import type {IncomingMessage} from 'node:http';
import type {Lookup} from '../embeddings.js';

/** What was done for a request before the framework saw it. */
interface HandedOn {
  body: Buffer;
  /** Null where the request has a mistake, which the route is to say. */
  lookup: Lookup | null;
}

const handed = new WeakMap<IncomingMessage, HandedOn>();

export function handOn(request: IncomingMessage, done: HandedOn): void {
  handed.set(request, done);
}

/** Undefined: nothing was done, the body is still to be read. */
export function handedOn(request: IncomingMessage): HandedOn | undefined {
  return handed.get(request);
}
