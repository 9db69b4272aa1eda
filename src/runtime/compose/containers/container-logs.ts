import {Readable} from 'node:stream';
import type Docker from 'dockerode';
import {patientDocker} from '../../../system/docker-engine.js';
import type {LogLine, LogOptions} from '../../runtime.js';

const readMs = 10_000;

/** A line of a container and when the engine got it: ISO 8601, UTC. */
export type TimedLine = Omit<LogLine, 'instance'>;

const streams = {stdout: true, stderr: true, timestamps: true} as const;

/** The last lines a container wrote, either stream; none where it is gone. */
export async function lastLogLines(container: Docker.Container, tail: number): Promise<string[]> {
  return (await lastTimedLines(container, {tail})).map(({text}) => text);
}

/** The same with their times, only those from `sinceMs` on. */
export async function lastTimedLines(
  container: Docker.Container,
  {tail, sinceMs}: Pick<LogOptions, 'tail' | 'sinceMs'>,
): Promise<TimedLine[]> {
  // The engine takes whole seconds.
  const since = sinceMs === undefined ? {} : {since: Math.floor(sinceMs / 1_000)};
  const last = Number.isFinite(tail) ? {tail} : {};
  try {
    const bytes = await container.logs({...streams, ...last, ...since, abortSignal: AbortSignal.timeout(readMs)});
    return plainText(bytes)
      .split('\n')
      .map(timed)
      .filter(({text, at}) => text !== '' && (sinceMs === undefined || at === null || Date.parse(at) >= sinceMs));
  } catch {
    return [];
  }
}

/** `2026-01-02T03:04:05.678901234Z text`, as the engine puts it. */
function timed(line: string): TimedLine {
  const [, stamp = '', text = line] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ?(.*)$/s.exec(line) ?? [];
  return {text, at: stamp === '' ? null : new Date(stamp).toISOString()};
}

/** Lines as they come, from now on, until the signal aborts or the container ends. */
export async function* followLogLines(id: string, signal: AbortSignal): AsyncIterable<TimedLine> {
  const stream = await patientDocker()
    .getContainer(id)
    .logs({...streams, tail: 0, follow: true, abortSignal: signal});
  let waiting = Buffer.alloc(0);
  let line = '';
  try {
    for await (const chunk of Readable.from(stream)) {
      waiting = Buffer.concat([waiting, chunk as Buffer]);
      const {text, rest} = takeFrames(waiting);
      waiting = rest;
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      yield* lines.map(timed);
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
