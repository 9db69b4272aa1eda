import {connect} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

export interface RawAnswer {
  status: number;
  body: string;
}

/** One after another: bytes that are written, or milliseconds of silence. */
export type Script = (string | Buffer | number)[];

/** Writes what no HTTP client would to `port` of this host and reads until the first answer is whole. */
export async function rawRequest(port: number, script: Script, timeoutMs = 30_000): Promise<RawAnswer> {
  const socket = connect({port, host: '127.0.0.1', noDelay: true});
  const {promise, resolve, reject} = Promise.withResolvers<RawAnswer>();
  let received = '';
  socket.setTimeout(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs} ms`)));
  socket.on('error', reject);
  socket.on('close', () => reject(new Error(`closed without an answer, after ${JSON.stringify(received)}`)));
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
    const answer = wholeAnswer(received);
    if (answer !== null) resolve(answer);
  });
  const writing = write(socket, script);
  try {
    return await promise;
  } finally {
    socket.removeAllListeners('close').destroy();
    await writing;
  }
}

/** Writes, then breaks the connection off without waiting for an answer. */
export async function abortedRequest(port: number, script: Script): Promise<void> {
  const socket = connect({port, host: '127.0.0.1', noDelay: true});
  socket.on('error', () => undefined);
  await write(socket, script);
  socket.resetAndDestroy();
}

async function write(socket: ReturnType<typeof connect>, script: Script): Promise<void> {
  for (const step of script) {
    if (socket.destroyed) return;
    if (typeof step === 'number') await sleep(step);
    else socket.write(step);
  }
}

function wholeAnswer(text: string): RawAnswer | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const head = text.slice(0, headEnd);
  const body = text.slice(headEnd + 4);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length === undefined || Buffer.byteLength(body) < Number(length)) return null;
  return {status: Number(head.slice(9, 12)), body};
}

/** A whole POST of these bytes. */
export function postOf(body: string | Buffer, {path = '/embed', headers = ''} = {}): Script {
  return [`POST ${path} HTTP/1.1\r\nhost: x\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`, body];
}

/** A POST in chunks of these sizes, filled with `a`. */
export function chunkedPost(sizes: number[]): Script {
  const chunks = sizes.map((size) => `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`);
  return ['POST /embed HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n', ...chunks, '0\r\n\r\n'];
}
