// needs: haproxy
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {openLoop} from '../support/load.js';
import {leaseOffset} from '../support/ports.js';
import {type StandInStack, standInStack} from '../support/stand-in-stack.js';

// Models of a fixed service time that can die at the same instant; the rest is what deploy starts. With real replicas, ten
// runs of each kind: test/slow/kill-several-table.ts.

const place = {project: 'replicas-killed', portOffset: await leaseOffset()};
const beforeChangeMs = 500;
const time = {perCallMs: 20, perTextMs: 0};

/** Sends 30 requests a second, of the 50 that one replica can take, with `change` half a second after the first. */
async function loadAround({url}: StandInStack, change: () => Promise<unknown>) {
  const loading = openLoop({url, sizeBytes: 200, ratePerSecond: 30, durationMs: 4_000});
  await sleep(beforeChangeMs);
  await change();
  return await loading;
}

const lossless = {sent: 120, answered: 120, failed: 0, resets: 0, failures: {}};

test('four of five models die at once: every request is answered by the fifth', async () => {
  await using stack = await standInStack({edition: 'community', replicas: 5, ...place}, time);
  const dead = stack.models.slice(0, 4);
  const load = await loadAround(stack, () => Promise.all(dead.map((model) => model[Symbol.asyncDispose]())));
  expect(load).toMatchObject(lossless);
});

test('the last model breaks off and refuses connections for a moment: it stays in service, and no request is lost', async () => {
  await using stack = await standInStack({edition: 'community', replicas: 2, ...place}, time);
  const [first, last] = stack.models;
  await first?.[Symbol.asyncDispose]();
  await openLoop({url: stack.url, sizeBytes: 200, ratePerSecond: 30, durationMs: 3_000});
  const load = await loadAround(stack, async () => await last?.refuseFor(100));
  expect(load).toMatchObject(lossless);
});

test('a request that kills the replica that runs it is run by each of three once, and never a fourth time', async () => {
  await using stack = await standInStack({edition: 'community', ...place}, time);
  let runs = 0;
  for (const model of stack.models) {
    model.answer = () => {
      runs += 1;
      model[Symbol.asyncDispose]();
    };
  }
  const answer = await fetch(`${stack.url}/embed`, {method: 'POST', body: JSON.stringify({texts: ['poison']})});
  expect(answer.status).toBe(503);
  expect(runs).toBe(3);
});
