import {parentPort, workerData} from 'node:worker_threads';
import {slots} from './metronome.js';

// Sleeps as long as it is asked to, then says so. Nothing else runs here, so that it wakes in time.

const shared = workerData as Int32Array<SharedArrayBuffer>;
let seen = 0;
while (Atomics.load(shared, slots.closed) === 0) {
  Atomics.wait(shared, slots.asked, seen);
  seen = Atomics.load(shared, slots.asked);
  if (Atomics.load(shared, slots.closed) === 1) break;
  Atomics.wait(shared, slots.never, 0, Atomics.load(shared, slots.waitUs) / 1_000);
  parentPort?.postMessage(0);
}
