import {L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {encodeRequest} from '@sutra/contract/l2-frames';
import {readGetReply, readReplyHead, writeGetRequest} from '@sutra/contract/l2-get-frames';
import {l2Ops, l2Status} from '@sutra/contract/l2-protocol';
import {type CacheClient, keep, openSocket} from './cache-client.js';

/** The shard's protocol over a bare socket. */
export async function openL2Client(port: number): Promise<CacheClient> {
  const reader = new L2FrameReader();
  const out = Buffer.allocUnsafeSlow(256 * 1024);
  let perRequest = 0;
  let waiting = 0;
  let hits = 0;
  let done: (hits: number) => void = () => {};
  let answered: ((generation: number) => void) | null = null;
  const onHit = (_index: number, from: number, to: number) => {
    keep(reader.bytes, from, to);
  };
  const socket = await openSocket(port, (chunk) => {
    reader.push(chunk);
    while (reader.next()) {
      const {status, generation} = readReplyHead(reader.bytes, reader.start, reader.end);
      if (status !== l2Status.ok) throw new Error('the shard refused a request');
      if (answered !== null) {
        answered(generation);
        continue;
      }
      hits += readGetReply(reader.bytes, reader.start, reader.end, perRequest, onHit);
      waiting -= 1;
    }
    if (waiting === 0 && answered === null) done(hits);
  });
  const call = (frame: Buffer) =>
    new Promise<number>((resolve) => {
      answered = (generation) => {
        answered = null;
        waiting = -1;
        resolve(generation);
      };
      socket.write(frame);
    });
  const generation = await call(encodeRequest(l2Ops.hello, 0, {version: 1, name: 'bench'}));
  return {
    ask(keys, count, onDone) {
      perRequest = count;
      hits = 0;
      waiting = keys.length / count;
      done = onDone;
      let at = 0;
      for (let first = 0; first < keys.length; first += count) {
        const joined = count === 1 ? (keys[first] as Buffer) : Buffer.concat(keys.slice(first, first + count));
        at = writeGetRequest(out, at, first, joined);
      }
      socket.write(out.subarray(0, at));
    },
    async put(keys, value) {
      for (let first = 0; first < keys.length; first += 100) {
        const entries = keys
          .slice(first, first + 100)
          .map((key): [Buffer, number, number, Buffer] => [key, 0, 7, value]);
        await call(encodeRequest(l2Ops.putMany, first, [generation, entries]));
      }
    },
    close: () => socket.destroy(),
  };
}
