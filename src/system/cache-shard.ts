import {connect} from 'node:net';
import {L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {
  decodeErrorBody,
  decodeReplyBody,
  encodeRequest,
  type L2ColdOp,
  type L2ReplyBody,
  type L2RequestBody,
} from '@sutra/contract/l2-frames';
import {readReplyHead} from '@sutra/contract/l2-get-frames';
import {l2Ops, l2Status, l2Version} from '@sutra/contract/l2-protocol';
import {SutraError} from '../errors.js';

export interface ShardCall<O extends L2ColdOp> {
  host: string;
  port: number;
  op: O;
  body: L2RequestBody<O>;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Asks a cache shard one thing over a connection of its own. Throws NETWORK when it does not answer, or refuses. */
export async function callShard<O extends L2ColdOp>(call: ShardCall<O>): Promise<L2ReplyBody<O>> {
  const where = `the cache shard at ${call.host}:${call.port}`;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs)]);
  const {promise, resolve, reject} = Promise.withResolvers<L2ReplyBody<O>>();
  const socket = connect({host: call.host, port: call.port});
  const fail = (reason: string) => reject(new SutraError('NETWORK', `${where}: ${reason}`, {cure: 'sutra status'}));
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('it closed the connection'));
  signal.addEventListener('abort', () =>
    call.signal.aborted ? reject(call.signal.reason) : fail(`no answer within ${call.timeoutMs} ms`),
  );
  socket.write(encodeRequest(l2Ops.hello, 0, {version: l2Version, name: 'sutra'}));
  socket.write(encodeRequest(call.op, 1, call.body));
  const reader = new L2FrameReader();
  socket.on('data', (chunk) => {
    try {
      reader.push(chunk);
      while (reader.next()) {
        const {bytes, start, end} = reader;
        const {id, status} = readReplyHead(bytes, start, end);
        if (status !== l2Status.ok) fail(decodeErrorBody(bytes, start, end).message);
        else if (id === 1) resolve(decodeReplyBody(call.op, bytes, start, end));
      }
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
