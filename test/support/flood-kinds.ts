import {type ClientHttp2Session, connect as connectHttp2, constants} from 'node:http2';
import type {Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {closed, type FloodTarget, openTcp, openTls} from './flood-connection.js';

/** Between what one connection of a kind sends and what it sends next. */
const slowClientMs = 1_000;
const unreadClientMs = 250;
const betweenBurstsMs = 2;

/** One connection of a flood, from its opening to its end. It may reject: the flood opens the next one either way. */
export type FloodLife = (target: FloodTarget, signal: AbortSignal) => Promise<void>;

export interface FloodKind {
  what: string;
  /** Connections held open, or opened again and again, at the same time. */
  connections: number;
  live: FloodLife;
}

const many = 1_100;
const health = 'GET /health HTTP/1.1\r\nhost: flood\r\n\r\n';
/** The largest body the API accepts. */
const bodyBytes = 192 * 1024;
const post = (bytes: number) => `POST /embed HTTP/1.1\r\nhost: flood\r\ncontent-length: ${bytes}\r\n\r\n`;

export const floodKinds: Record<string, FloodKind> = {
  idle: {what: 'connections that send nothing', connections: many, live: silent},
  'keep-alive': {what: '/health once a second on each connection', connections: many, live: keepAlive},
  'slow-headers': {what: 'one header a second, never the last', connections: many, live: slowHeaders},
  'half-bodies': {what: 'half of a body', connections: many, live: halfBody},
  'huge-headers': {what: 'headers of 200 KB', connections: many, live: hugeHeaders},
  'half-handshakes': {what: 'TLS handshakes that stop half-way', connections: many, live: halfHandshake},
  reconnects: {what: 'a new connection for every /health', connections: 64, live: reconnect},
  'never-read': {what: 'requests whose answers are not read', connections: many, live: neverRead},
  'full-bodies': {what: 'bodies of the largest size without a key', connections: 64, live: fullBodies},
  'h2-idle': {what: 'HTTP/2 connections without a stream', connections: many, live: idleHttp2},
  'h2-resets': {what: 'HTTP/2 streams that are reset at once', connections: 32, live: resetStreams},
  'h2-half-bodies': {
    what: '100 HTTP/2 streams a connection, the beginning of a body on each',
    connections: many,
    live: halfBodiesHttp2,
  },
};

async function silent(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTcp(target, signal);
  await closed(socket, signal);
}

async function halfBody(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTls(target, signal);
  socket.write(post(bodyBytes) + 'a'.repeat(bodyBytes / 2));
  await closed(socket, signal);
}

async function keepAlive(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTls(target, signal);
  while (!socket.destroyed && !signal.aborted) {
    socket.write(health);
    await sleep(slowClientMs, undefined, {signal});
  }
}

async function slowHeaders(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTls(target, signal);
  socket.write('GET /health HTTP/1.1\r\nhost: flood\r\n');
  while (!socket.destroyed && !signal.aborted) {
    await sleep(slowClientMs, undefined, {signal});
    socket.write('x-flood: y\r\n');
  }
}

async function hugeHeaders(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTls(target, signal);
  socket.write(`GET /health HTTP/1.1\r\nhost: flood\r\nx-flood: ${'a'.repeat(200_000)}\r\n\r\n`);
  await closed(socket, signal, 1_000);
}

/** The first bytes of a ClientHello of 512 bytes. */
async function halfHandshake(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTcp(target, signal);
  socket.write(Buffer.from('1603010200010001fc0303', 'hex'));
  await closed(socket, signal);
}

async function reconnect(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTls(target, signal);
  socket.write(health);
  await answered(socket, signal);
}

async function neverRead(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTls(target, signal);
  socket.pause();
  while (!socket.destroyed && !signal.aborted) {
    for (let sent = 0; sent < 50 && socket.writableLength < 100_000; sent += 1) socket.write(health);
    await sleep(unreadClientMs, undefined, {signal});
  }
}

async function fullBodies(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using socket = await openTls(target, signal);
  while (!socket.destroyed && !signal.aborted) {
    socket.write(post(bodyBytes) + 'a'.repeat(bodyBytes));
    await answered(socket, signal);
  }
}

async function idleHttp2(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using session = await openHttp2(target, signal);
  await closed(session.socket, signal);
}

/** Streams that this end has not seen closed yet: a peer that is not taking them would fill the memory of the flood. */
const unendedStreams = 500;

async function resetStreams(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using session = await openHttp2(target, signal);
  let open = 0;
  while (!session.destroyed && !session.closed && !signal.aborted) {
    for (let opened = 0; opened < 50 && open < unendedStreams; opened += 1) {
      const stream = session.request({':path': '/health'});
      open += 1;
      stream.on('error', () => undefined);
      stream.once('close', () => {
        open -= 1;
      });
      stream.close(constants.NGHTTP2_CANCEL);
    }
    await sleep(betweenBurstsMs, undefined, {signal});
  }
}

async function halfBodiesHttp2(target: FloodTarget, signal: AbortSignal): Promise<void> {
  using session = await openHttp2(target, signal);
  for (let opened = 0; opened < 100 && !session.destroyed && !session.closed; opened += 1) {
    const stream = session.request({':path': '/embed', ':method': 'POST', 'content-length': String(bodyBytes)});
    stream.on('error', () => undefined);
    // 110,000 streams: what is kept of each must be small here as well.
    stream.write('a'.repeat(1_000));
  }
  await closed(session.socket, signal);
}

async function openHttp2(target: FloodTarget, signal: AbortSignal): Promise<ClientHttp2Session & Disposable> {
  const socket = await openTls(target, signal, ['h2']);
  const session = connectHttp2(`https://${target.host}:${target.port}`, {createConnection: () => socket});
  session.on('error', () => undefined);
  return Object.assign(session, {[Symbol.dispose]: () => session.destroy()});
}

function answered(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('data', () => resolve());
    socket.once('close', () => resolve());
    signal.addEventListener('abort', () => reject(signal.reason), {once: true});
  });
}
