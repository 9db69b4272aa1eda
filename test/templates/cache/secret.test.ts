import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {encode} from '@msgpack/msgpack';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {l2Nonce, l2Proof, newCacheSecret} from '@sutra/contract/l2-secret';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {entryOf, keyOf, L2Connection, vectorOf} from './support/l2-connection.js';
import {openSocket, talk} from './support/raw-l2.js';
import {ShardProcess} from './support/shard-process.js';

const secret = newCacheSecret();
const key = keyOf('kept');
let folder: string;
let shard: ShardProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-secret-'));
  await writeFile(join(folder, 'secret'), `${secret}\n`);
  shard = await ShardProcess.start(join(folder, 'data'), {SUTRA_CACHE_SECRET_FILE: join(folder, 'secret')});
  const client = await shard.connect('known', secret);
  await client.put([entryOf(key)]);
  client.close();
});

afterAll(async () => {
  await shard.end('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

const hello = encode([l2Ops.hello, 1, {version: 2, name: 'stranger', nonce: l2Nonce()}]);

it.each<[string, Uint8Array[], string[]]>([
  ['no secret', [encode([l2Ops.hello, 1, {version: 2, name: 'stranger'}])], ['unauthorized']],
  ['a version that has no secrets', [encode([l2Ops.hello, 1, {version: 1, name: 'old'}])], ['bad_version']],
  ['a hello alone', [hello, encode([l2Ops.getMany, 2, key])], ['ok', 'unauthorized']],
  ['a hello alone, then a clear', [hello, encode([l2Ops.clear, 2, {}])], ['ok', 'unauthorized']],
  ['a hello alone, then a put', [hello, encode([l2Ops.putMany, 2, [1, [entryOf(key)]]])], ['ok', 'unauthorized']],
  ['a proof by guess', [hello, encode([l2Ops.prove, 2, {proof: new Uint8Array(32)}])], ['ok', 'unauthorized']],
  ['a proof before hello', [encode([l2Ops.prove, 2, {proof: new Uint8Array(32)}])], ['unauthorized']],
  ['two hellos, then a get', [hello, hello, encode([l2Ops.getMany, 2, key])], ['ok', 'ok', 'unauthorized']],
  ['a nonce of a byte', [encode([l2Ops.hello, 1, {version: 2, name: 'short', nonce: Buffer.alloc(1)}])], ['invalid']],
  ['a large frame', [encode([l2Ops.putMany, 2, [1, [entryOf(key, 0, 16_384)]]])], ['bad_frame']],
])('who presents %s is refused, and what is stored stays', async (_what, messages, answers) => {
  expect(await talk(shard.port, messages)).toEqual(answers);
  const client = await shard.connect('known', secret);
  expect(await client.get([key])).toEqual([vectorOf(key)]);
  client.close();
});

it('who knows another secret is refused', async () => {
  await expect(shard.connect('other', newCacheSecret())).rejects.toMatchObject({code: 'unauthorized'});
});

it('a proof that was overheard is of no use on another connection', async () => {
  const nonce = l2Nonce();
  const overheard = l2Proof(secret, 'client', nonce, l2Nonce());
  const again = [
    encode([l2Ops.hello, 1, {version: 2, name: 'again', nonce}]),
    encode([l2Ops.prove, 2, {proof: overheard}]),
  ];
  expect(await talk(shard.port, again)).toEqual(['ok', 'unauthorized']);
});

it('a client does not believe who has taken the port and lets everybody in', async () => {
  const open = await ShardProcess.start(join(folder, 'open'));
  await expect(open.connect('known', secret)).rejects.toThrow('does not ask for the secret');
  await open.end('SIGKILL');
});

it('nor one who asks for the secret and does not know it', async () => {
  await writeFile(join(folder, 'other'), newCacheSecret());
  const other = await ShardProcess.start(join(folder, 'else'), {SUTRA_CACHE_SECRET_FILE: join(folder, 'other')});
  await expect(other.connect('known', secret)).rejects.toThrow();
  await other.end('SIGKILL');
  const liar = createServer((socket) => {
    const challenge = {version: 2, shard: 'liar', ttlSeconds: 1, capacity: 1, challenge: l2Nonce()};
    socket.once('data', () => {
      socket.write(reply(1_000, challenge));
      socket.once('data', () => socket.write(reply(1_001, {proof: l2Nonce()})));
    });
  }).listen(0, '127.0.0.1');
  await once(liar, 'listening');
  const address = liar.address();
  const port = typeof address === 'object' ? Number(address?.port) : 0;
  await expect(L2Connection.open(port, 'known', secret)).rejects.toThrow('does not know the secret');
  liar.close();
});

it('a hundred strangers who say nothing keep no client of the stack out, and fill no log', async () => {
  const sockets = await Promise.all(Array.from({length: 100}, () => openSocket(shard.port)));
  const client = await shard.connect('known', secret);
  expect(await client.get([key])).toEqual([vectorOf(key)]);
  const stats = await client.call(l2Ops.stats, null);
  expect(stats.connections).toBeLessThanOrEqual(66);
  expect(stats.refusedConnections).toBeGreaterThanOrEqual(35);
  expect(shard.output.match(/connection refused/g)?.length).toBeLessThan(10);
  client.close();
  for (const socket of sockets) socket.destroy();
});

it('the secret is in no line of the log', () => expect(shard.output).not.toContain(secret));

it.each([
  ['is not there', null],
  ['is empty', ''],
  ['is too short', 'short'],
  ['has two lines', `${secret}\n${secret}`],
])('a shard whose secret %s does not start', async (_what, text) => {
  const path = join(folder, 'unusable');
  await rm(path, {force: true});
  if (text !== null) await writeFile(path, text);
  const start = ShardProcess.start(join(folder, 'never'), {SUTRA_CACHE_SECRET_FILE: path});
  await expect(start).rejects.toThrow(`SUTRA_CACHE_SECRET_FILE is "${path}"`);
});

function reply(id: number, body: object): Buffer {
  const message = Buffer.concat([
    Buffer.from([0x94, 0, 0xce]),
    uint32(id),
    Buffer.from([0xcf]),
    Buffer.alloc(8),
    encode(body),
  ]);
  return Buffer.concat([uint32(message.length), message]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
