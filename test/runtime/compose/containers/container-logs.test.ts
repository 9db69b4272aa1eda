import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import Docker from 'dockerode';
import {expect, onTestFinished, test} from 'vitest';
import {lastLogLines, lastTimedLines} from '../../../../src/runtime/compose/containers/container-logs.js';

/** An engine that has these lines of one container, framed as the real one frames them. */
async function engineWith(lines: string[]) {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://engine').searchParams);
    response.end(Buffer.concat(lines.map((line, index) => frame(`${line}\n`, 1 + (index % 2)))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const docker = new Docker({host: '127.0.0.1', port: (server.address() as AddressInfo).port});
  return {container: docker.getContainer('ml-base-1'), asked};
}

function frame(text: string, stream: number): Buffer {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

const lines = [
  '2026-01-02T03:04:05.100000000Z before',
  '2026-01-02T03:04:05.678901234Z {"at":"x"}',
  '2026-01-02T03:04:06Z   indented ü',
  '2026-01-02T03:04:07.5Z ',
];

test('the lines of a container come with the time the engine gave them, and without it in their text', async () => {
  const {container, asked} = await engineWith(lines);
  expect(await lastTimedLines(container, {tail: 5})).toEqual([
    {at: '2026-01-02T03:04:05.100Z', text: 'before'},
    {at: '2026-01-02T03:04:05.678Z', text: '{"at":"x"}'},
    {at: '2026-01-02T03:04:06.000Z', text: '  indented ü'},
  ]);
  expect(asked.map(String)).toEqual(['stdout=true&stderr=true&timestamps=true&tail=5']);
});

test('lines from a time on are asked for by the second and chosen to the millisecond, without a limit where none is asked', async () => {
  const {container, asked} = await engineWith(lines);
  const sinceMs = Date.UTC(2026, 0, 2, 3, 4, 5, 200);
  const found = await lastTimedLines(container, {tail: Number.POSITIVE_INFINITY, sinceMs});
  expect(found.map(({text}) => text)).toEqual(['{"at":"x"}', '  indented ü']);
  expect(asked[0]?.get('since')).toBe(String(Date.UTC(2026, 0, 2, 3, 4, 5) / 1_000));
  expect(asked[0]?.has('tail')).toBe(false);
});

test('what is shown of a failure is the text alone', async () => {
  const {container} = await engineWith(lines);
  expect(await lastLogLines(container, 3)).toEqual(['before', '{"at":"x"}', '  indented ü']);
});
