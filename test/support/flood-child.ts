// One source of a flood, a process of its own so that its work does not delay the client beside it:
//   node --import tsx flood-process.ts KIND '{"host":..., "port":..., "tls":..., "localAddress":...}'
// It floods until it is ended, and says once a second how many connections it has opened so far and how many are open.
import {setMaxListeners} from 'node:events';
import {setTimeout as sleep} from 'node:timers/promises';
import type {FloodTarget} from './flood-connection.js';
import {floodKinds} from './flood-kinds.js';

const [kindName = '', targetText = '{}'] = process.argv.slice(2);
const kind = floodKinds[kindName];
if (kind === undefined) throw new Error(`no such flood: ${kindName}`);
const target = JSON.parse(targetText) as FloodTarget;
const ending = new AbortController();
setMaxListeners(0, ending.signal);
const counts = {opened: 0, failed: 0};
/** Between the end of one connection and the next in its place. */
const pauseMs = 20;

process.once('SIGTERM', () => {
  ending.abort();
  process.exit(0);
});
// The parent has gone: nobody would end this.
process.once('disconnect', () => process.exit(0));
setInterval(() => process.send?.(counts), 250);
for (let slot = 0; slot < kind.connections; slot += 1) void keepOpening(kind.live);

async function keepOpening(live: (typeof kind & {})['live']): Promise<void> {
  while (!ending.signal.aborted) {
    counts.opened += 1;
    await live(target, ending.signal).catch(() => {
      counts.failed += 1;
    });
    await sleep(pauseMs);
  }
}
