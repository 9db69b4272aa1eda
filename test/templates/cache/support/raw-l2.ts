import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {decodeErrorBody} from '@sutra/contract/l2-frames';
import {readReplyHead} from '@sutra/contract/l2-get-frames';

export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

export function framed(message: Uint8Array, claimed = message.length): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(claimed);
  return Buffer.concat([length, message]);
}

/** Sends all at once; resolves, when the shard has closed the connection, with `ok` or the error's code of each reply. */
export async function talk(port: number, messages: Uint8Array[]): Promise<string[]> {
  const socket = await openSocket(port);
  const reader = new L2FrameReader();
  const answers: string[] = [];
  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    while (reader.next()) {
      const {bytes, start, end} = reader;
      const ok = readReplyHead(bytes, start, end).status === 0;
      answers.push(ok ? 'ok' : decodeErrorBody(bytes, start, end).code);
    }
  });
  socket.end(Buffer.concat(messages.map((message) => framed(message))));
  await once(socket, 'close');
  return answers;
}
