import {isUtf8} from 'node:buffer';
import type {Readable} from 'node:stream';
import {EmbedFailure} from '../../failure.js';

const bodyTooLarge = Symbol('body too large');

/**
 * Reads a body up to the limit. What is beyond it is read and thrown away, so that the client, which is still sending,
 * gets the answer and not a reset; the server's request time-out ends it. Content-Length alone decides where it can.
 */
export async function readBody(stream: Readable, limitBytes: number, declaredBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const {promise, resolve, reject} = Promise.withResolvers<unknown>();
  const giveUp = () => {
    chunks.length = 0;
    resolve(bodyTooLarge);
  };
  stream.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) giveUp();
    else if (declaredBytes <= limitBytes) chunks.push(chunk);
  });
  stream.on('end', () => resolve(Buffer.concat(chunks)));
  stream.on('error', () => reject(new EmbedFailure('malformed', 'the body did not arrive whole')));
  if (declaredBytes > limitBytes) giveUp();
  return await promise;
}

/** The JSON of a body that `readBody` read, whatever its content type says. Throws EmbedFailure. */
export function parseBody(body: unknown, limitBytes: number): unknown {
  if (body === bodyTooLarge) {
    throw new EmbedFailure('body_too_large', `the body is larger than ${limitBytes} bytes`, {
      details: {limit_bytes: limitBytes},
    });
  }
  if (!Buffer.isBuffer(body) || body.length === 0) throw new EmbedFailure('malformed', 'the body is empty');
  if (!isUtf8(body)) throw new EmbedFailure('malformed', 'the body is not UTF-8');
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new EmbedFailure('malformed', 'the body is not JSON');
  }
}
