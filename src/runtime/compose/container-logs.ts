import {Readable} from 'node:stream';
import type Docker from 'dockerode';
import {patientDocker} from '../../system/docker-engine.js';

const readMs = 10_000;

/** The last lines a container wrote, either stream; none where it is gone. */
export async function lastLogLines(container: Docker.Container, tail: number): Promise<string[]> {
  try {
    const bytes = await container.logs({stdout: true, stderr: true, tail, abortSignal: AbortSignal.timeout(readMs)});
    return plainText(bytes)
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Lines as they come, from now on, until the signal aborts or the container ends. */
export async function* followLogLines(id: string, signal: AbortSignal): AsyncIterable<string> {
  const stream = await patientDocker()
    .getContainer(id)
    .logs({stdout: true, stderr: true, tail: 0, follow: true, abortSignal: signal});
  let waiting = Buffer.alloc(0);
  let line = '';
  try {
    for await (const chunk of Readable.from(stream)) {
      waiting = Buffer.concat([waiting, chunk as Buffer]);
      const {text, rest} = takeFrames(waiting);
      waiting = rest;
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const headBytes = 8;

/** The engine frames what has no terminal: stream, three zeros, four bytes of length. */
function takeFrames(bytes: Buffer): {text: string; rest: Buffer<ArrayBuffer>} {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + headBytes <= bytes.length) {
    const end = at + headBytes + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) break;
    parts.push(bytes.subarray(at + headBytes, end));
    at = end;
  }
  return {text: Buffer.concat(parts).toString('utf8'), rest: Buffer.from(bytes.subarray(at))};
}

function plainText(bytes: Buffer): string {
  return takeFrames(bytes).text;
}
