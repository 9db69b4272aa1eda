import {expect, it} from 'vitest';
import {watch} from '../../../src/cli/live/watch.js';
import {nodeSystem} from '../../../src/system/node-system.js';

/** What a watch shows of these looks, interrupted after the last of them. */
async function watched(looks: (() => Promise<string>)[]) {
  const interrupt = new AbortController();
  const shown: string[] = [];
  const rest = [...looks];
  const look = () => rest.shift()?.() ?? Promise.reject(new Error('looked once too often'));
  const show = (text: string) => {
    shown.push(text);
    if (rest.length === 0) interrupt.abort(new Error('interrupted'));
  };
  const last = await watch({look, show, everyMs: 1}, nodeSystem(interrupt.signal)).catch((error: Error) => error);
  return {shown, last};
}

it('shows every look and ends with the last one when it is interrupted', async () => {
  const looks = ['a', 'b', 'b'].map((text) => () => Promise.resolve(text));
  expect(await watched(looks)).toEqual({shown: ['a', 'b', 'b'], last: 'b'});
});

it('a look that fails ends it with that failure', async () => {
  const {shown, last} = await watched([() => Promise.resolve('a'), () => Promise.reject(new Error('no stack'))]);
  expect({shown, last}).toMatchObject({shown: ['a'], last: new Error('no stack')});
});

it('an interrupt in the middle of a look is no failure, unless it is the first', async () => {
  const interrupt = new AbortController();
  const aborted = () => {
    interrupt.abort(new Error('interrupted'));
    return Promise.reject(interrupt.signal.reason);
  };
  const rest = [() => Promise.resolve('a'), aborted];
  const look = () => rest.shift()?.() ?? Promise.reject(new Error('looked once too often'));
  const system = nodeSystem(interrupt.signal);
  expect(await watch({look, show: () => {}, everyMs: 1}, system)).toBe('a');
  await expect(watch({look: aborted, show: () => {}, everyMs: 1}, system)).rejects.toThrow('interrupted');
});
