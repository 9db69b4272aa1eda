import {createServer} from 'node:net';
import {performance} from 'node:perf_hooks';
import {parentPort, workerData} from 'node:worker_threads';
import type {Stall, StallSchedule} from './stall-truth.js';

// Answers every request at once, except that the whole thread stops on a schedule, as a server does that collects
// garbage, is swapped out or waits for a disk. Says when it really stopped. Requests are GETs without a body.

const {periodMs, stallMs} = workerData as StallSchedule;
const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const never = new Int32Array(new SharedArrayBuffer(4));
const stalls: Stall[] = [];
const startMs = performance.now();
let period = 0;

const server = createServer({noDelay: true}, (socket) => {
  socket.on('data', (bytes: Buffer) => {
    if (bytes.toString('latin1').endsWith('\r\n\r\n')) socket.write(answer);
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage({port: typeof address === 'object' ? address?.port : null});
  wait();
});
parentPort?.on('message', () => {
  parentPort?.postMessage({stalls, originMs: performance.timeOrigin});
});

function wait(): void {
  const dueMs = startMs + period * periodMs + (periodMs - stallMs);
  setTimeout(stall, Math.max(0, dueMs - performance.now()), dueMs);
}

/** Ends when the schedule says so, however late it began. */
function stall(dueMs: number): void {
  const fromMs = performance.now();
  Atomics.wait(never, 0, 0, Math.max(0, dueMs + stallMs - fromMs));
  stalls.push({fromMs, untilMs: performance.now()});
  period += 1;
  wait();
}
