import {randomUUID} from 'node:crypto';
import type {IncomingMessage} from 'node:http';
import {requestIdHeader} from '@sutra/contract/http-embed';

const wellFormed = /^[\w.:-]{1,128}$/;

/** The caller's, if it is a plain one, else a new one. */
export function requestId({headers}: IncomingMessage): string {
  const id = headers[requestIdHeader];
  return typeof id === 'string' && wellFormed.test(id) ? id : randomUUID();
}
