import {describe, expect, it} from 'vitest';
import {pollUntil} from '../../src/system/poll.js';
import type {Clock} from '../../src/system/system.js';

/** Time passes only by sleeping. */
function clockOfSleeps(): Clock & {pauses: number[]} {
  let nowMs = 0;
  const pauses: number[] = [];
  const sleep = (ms: number, signal?: AbortSignal) => {
    pauses.push(ms);
    nowMs += ms;
    return signal?.aborted ? Promise.reject(signal.reason) : Promise.resolve();
  };
  return {nowMs: () => nowMs, sleep, pauses};
}

const {signal} = new AbortController();

describe('a wait', () => {
  it('looks at once, and returns what it finds', async () => {
    const clock = clockOfSleeps();
    expect(await pollUntil(() => 'there', {clock, signal, withinMs: 1_000})).toBe('there');
    expect(clock.pauses).toEqual([]);
  });

  it('pauses longer and longer, up to a limit, and looks a last time when the time is over', async () => {
    const clock = clockOfSleeps();
    let looks = 0;
    const look = () => {
      looks += 1;
      return null;
    };
    expect(await pollUntil(look, {clock, signal, withinMs: 1_000, firstPauseMs: 100, longestPauseMs: 200})).toBeNull();
    expect(clock.pauses).toEqual([100, 150, 200, 200, 200, 150]);
    expect(looks).toBe(7);
  });

  it('never busies itself: ten minutes are at most 1,210 looks', async () => {
    const clock = clockOfSleeps();
    await pollUntil(() => null, {clock, signal, withinMs: 600_000});
    expect(clock.pauses.length).toBeLessThan(1_210);
  });

  it('ends with what a look throws, and with its signal', async () => {
    const clock = clockOfSleeps();
    const wait = {clock, signal, withinMs: 1_000};
    await expect(pollUntil(() => Promise.reject(new Error('no')), wait)).rejects.toThrow('no');
    const stopped = AbortSignal.abort(new Error('interrupted'));
    await expect(pollUntil(() => null, {...wait, signal: stopped})).rejects.toThrow('interrupted');
  });
});
