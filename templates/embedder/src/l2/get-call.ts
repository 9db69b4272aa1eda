import {L2FrameError} from '@sutra/contract/l2-frame-reader';
import {getRequestBytes, readGetReply, writeGetRequest} from '@sutra/contract/l2-get-frames';
import {l2Limits} from '@sutra/contract/l2-protocol';
import type {FullVector} from '../vector-source.js';
import type {LinkRequest} from './link-call.js';

export interface L2Hit {
  /** The place of its key among those asked for. */
  index: number;
  vector: FullVector;
  /** How long it still lives, in milliseconds. */
  livesMs: number;
}

/** A get of many keys, 32 bytes each, whose vectors are `dimension` wide. Anything else in the reply is an error. */
export function getCall(keys: Buffer, dimension: number, deadlineMs: number): LinkRequest<L2Hit[]> {
  const count = keys.length / l2Limits.keyBytes;
  return {
    deadlineMs,
    frame: (id) => {
      const frame = Buffer.allocUnsafe(getRequestBytes(count));
      writeGetRequest(frame, 0, id, keys);
      return frame;
    },
    read: (bytes, start, end) => {
      const hits: L2Hit[] = [];
      readGetReply(bytes, start, end, count, (index, from, to, tokens, livesMs) => {
        hits.push({index, vector: {values: vectorAt(bytes, from, to, dimension), tokens}, livesMs});
      });
      return hits;
    },
  };
}

function vectorAt(bytes: Buffer, from: number, to: number, dimension: number): Float32Array {
  const values = new Float32Array(dimension);
  if (to - from !== values.byteLength) {
    throw new L2FrameError(`a vector of ${to - from} bytes where the model's have ${values.byteLength}`);
  }
  bytes.copy(new Uint8Array(values.buffer), 0, from, to);
  let sum = 0;
  for (let i = 0; i < dimension; i++) sum += values[i] ?? 0;
  if (!Number.isFinite(sum)) throw new L2FrameError('a vector with a value that is not a finite number');
  return values;
}
