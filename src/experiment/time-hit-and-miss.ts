import {randomUUID} from 'node:crypto';
import {median} from '../stats/quantile.js';
import {embed} from './validate/embed-call.js';

const samples = 7;
const keptSeconds = 60;

/** Medians of single requests, one after another, in milliseconds: texts nobody has asked for, then the same again. */
export async function timeHitAndMiss(baseUrl: string, signal: AbortSignal): Promise<{hitMs: number; missMs: number}> {
  const run = randomUUID();
  const texts = Array.from(
    {length: samples},
    (_, index) => `hit or miss ${run} ${index} ${'of a sentence '.repeat(4)}`,
  );
  const timed = async (text: string) => {
    const start = performance.now();
    await embed(baseUrl, {texts: [text], cache_ttl_seconds: keptSeconds}, signal);
    return performance.now() - start;
  };
  const misses: number[] = [];
  for (const text of texts) misses.push(await timed(text));
  // Twice, since the second request may meet another replica, which then has it too.
  for (const text of [...texts, ...texts]) await timed(text);
  const hits: number[] = [];
  for (const text of texts) hits.push(await timed(text));
  return {hitMs: median(hits), missMs: median(misses)};
}
