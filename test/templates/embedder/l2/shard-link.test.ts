import {L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {decodeRequest, encodeReply} from '@sutra/contract/l2-frames';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {expect, it} from 'vitest';
import {ShardLink} from '../../../../templates/embedder/src/l2/shard-link.js';
import {startFakeShard} from '../support/fake-shard.js';

it('a shard that greets and then closes is met again after longer and longer pauses', async () => {
  await using shard = await startFakeShard((socket, chunk) => {
    const reader = new L2FrameReader();
    reader.push(chunk);
    if (!reader.next()) return;
    const {id} = decodeRequest(reader.bytes, reader.start, reader.end);
    socket.end(encodeReply(l2Ops.hello, id, 1, {version: 1, shard: 'fake', ttlSeconds: 60, capacity: 1}));
  });
  const readyAtMs: number[] = [];
  const link = new ShardLink({
    host: '127.0.0.1',
    port: Number(shard.env.SUTRA_CACHE_PORT),
    name: 'test',
    secret: () => null,
    onGeneration: () => undefined,
    onGreeted: () => Promise.resolve(),
    onReady: () => void readyAtMs.push(performance.now()),
    onLost: () => undefined,
  });
  await expect.poll(() => readyAtMs.length, {timeout: 10_000}).toBeGreaterThanOrEqual(5);
  link.close();
  const pausesMs = readyAtMs.slice(1).map((atMs, index) => atMs - (readyAtMs[index] ?? 0));
  // 50, 100, 200 and 400 ms, each give or take a fifth.
  expect(pausesMs[3]).toBeGreaterThan(300);
});
