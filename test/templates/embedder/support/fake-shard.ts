import {once} from 'node:events';
import {createServer, type Socket} from 'node:net';
import {L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {decodeRequest, encodeReply} from '@sutra/contract/l2-frames';
import {beginGetReply, endGetReply, entryHeadBytes, writeEntryHead} from '@sutra/contract/l2-get-frames';
import {l2Ops} from '@sutra/contract/l2-protocol';

export interface FakeShard extends AsyncDisposable {
  env: {SUTRA_CACHE_HOST: string; SUTRA_CACHE_PORT: string};
  connections: number;
  gets: number;
}

/** Something that listens where a shard should be; `answer` gets every chunk. */
export async function startFakeShard(answer: (socket: Socket, chunk: Buffer) => void): Promise<FakeShard> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    shard.connections += 1;
    sockets.add(socket);
    socket.on('data', (chunk) => answer(socket, chunk)).on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const shard: FakeShard = {
    env: {SUTRA_CACHE_HOST: '127.0.0.1', SUTRA_CACHE_PORT: String(port)},
    connections: 0,
    gets: 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return shard;
}

/** A shard that speaks the language and has this vector for every key. */
export async function startLyingShard(vector: Float32Array): Promise<FakeShard> {
  const readers = new WeakMap<Socket, L2FrameReader>();
  const shard = await startFakeShard((socket, chunk) => {
    const reader = readers.get(socket) ?? new L2FrameReader();
    readers.set(socket, reader);
    reader.push(chunk);
    while (reader.next()) {
      const request = decodeRequest(reader.bytes, reader.start, reader.end);
      if (request.op === l2Ops.hello) {
        const hello = {version: 1, shard: 'fake', ttlSeconds: 60, capacity: 1};
        socket.write(encodeReply(l2Ops.hello, request.id, 1, hello));
      } else if (request.op === l2Ops.getMany) {
        shard.gets += 1;
        socket.write(getReply(request.id, request.keys.length / 32, vector));
      } else if (request.op === l2Ops.putMany) {
        socket.write(encodeReply(l2Ops.putMany, request.id, 1, {stored: request.body[1].length}));
      } else if (request.op === l2Ops.report) {
        socket.write(encodeReply(l2Ops.report, request.id, 1, {replicas: []}));
      }
    }
  });
  return shard;
}

function getReply(id: number, keys: number, vector: Float32Array): Buffer {
  const frame = Buffer.alloc(64 + keys * (entryHeadBytes + vector.byteLength));
  let at = beginGetReply(frame, 0, id, 1, Date.now());
  for (let key = 0; key < keys; key++) {
    writeEntryHead(frame, at, Date.now() + 60_000, 3, vector.byteLength);
    at += entryHeadBytes;
    at += Buffer.from(vector.buffer).copy(frame, at);
  }
  endGetReply(frame, 0, at, keys);
  return frame.subarray(0, at);
}
