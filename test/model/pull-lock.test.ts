import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {lockPull} from '../../src/model/pull-lock.js';
import {realClock} from '../../src/system/node-system.js';
import type {Clock} from '../../src/system/system.js';
import {testStore} from '../support/model-fixture.js';

describe('the lock of a pull', () => {
  const options = (signal: AbortSignal, onWait: (pid: number) => void = () => undefined) => ({
    purpose: 'test',
    clock: realClock,
    signal,
    onWait,
  });

  it('one after the other, and the one who waits is told once whom for', async () => {
    await using store = await testStore();
    const path = join(store.folder, '.lock');
    const signal = new AbortController().signal;
    const first = await lockPull(path, options(signal));
    const waits: number[] = [];
    let [entered, looks] = [false, 0];
    const clock: Clock = {
      ...realClock,
      sleep: async () => {
        looks += 1;
        await setImmediate();
      },
    };
    const waiting = {...options(signal, (pid) => waits.push(pid)), clock};
    const second = lockPull(path, waiting).then((lock) => {
      entered = true;
      return lock;
    });
    await expect.poll(() => looks).toBeGreaterThanOrEqual(3);
    expect(entered).toBe(false);
    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
    expect(waits).toEqual([process.pid]);
  });

  it('takes over the lock of a process that has died, or whose pid is now another', async () => {
    await using store = await testStore();
    const path = join(store.folder, '.lock');
    for (const pid of [2 ** 22 + 1, process.pid]) {
      await writeFile(path, JSON.stringify({pid, startKey: 'another-boot:1', purpose: 'test', sinceMs: 0}));
      const lock = await lockPull(path, options(AbortSignal.timeout(5_000)));
      lock[Symbol.dispose]();
    }
  });

  it('stops waiting when it is interrupted', async () => {
    await using store = await testStore();
    const path = join(store.folder, '.lock');
    using _held = await lockPull(path, options(new AbortController().signal));
    await expect(lockPull(path, options(AbortSignal.timeout(50)))).rejects.toMatchObject({code: 'INTERRUPTED'});
  });
});
