import type {Measured} from '../../decision/option-evidence.js';
import {SutraError} from '../../errors.js';
import {cacheStats} from '../../system/cache-api.js';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';
import {timeHitAndMiss} from '../time-hit-and-miss.js';

/** What a load cannot see from outside: who answered. A figure, or why there is none. */
export interface CacheFigures {
  /** Percent of the texts asked for, warm-up included, that either tier had. */
  'hit-rate': number | string;
  /** Milliseconds of one request alone. */
  hit: number | string;
  miss: number | string;
}

type Stack = {plan: Plan; system: Pick<System, 'clock' | 'signal'>};

/** Replicas tell each other their counters once a second. */
const countersLagMs = 1_100;

/** Runs a load on a stack of ours and says what the cache did meanwhile; then times single requests. */
export async function withCacheFigures<T>(stack: Stack, load: () => Promise<T>): Promise<[T, CacheFigures]> {
  const before = await hitsOf(stack);
  const result = await load();
  const {signal} = stack.system;
  if (signal.aborted) return [result, nothing('interrupted')];
  const rate = await orReason(signal, async () => {
    if (stack.plan.cache.enabled) await stack.system.clock.sleep(countersLagMs, signal);
    return hitRate(before, await hitsOf(stack));
  });
  const timed = await orReason(signal, () => timeHitAndMiss(stack.plan.urls.api, signal));
  if (typeof timed === 'string') return [result, {...nothing(timed), 'hit-rate': rate}];
  return [result, {'hit-rate': rate, hit: stack.plan.cache.enabled ? timed.hitMs : cacheOff, miss: timed.missMs}];
}

/** One list of values a figure, as evidence. What could not be seen once is missing. */
export function measuredFigures(all: readonly CacheFigures[]): Record<keyof CacheFigures, Measured> {
  const of = (name: keyof CacheFigures): Measured => {
    const values = all.map((figures) => figures[name]);
    const reason = values.find((value) => typeof value === 'string') ?? (values.length === 0 ? 'not measured' : null);
    if (reason !== null) return {kind: 'missing', reason};
    return {kind: 'repeats', values: values.filter((value) => typeof value === 'number')};
  };
  return {'hit-rate': of('hit-rate'), hit: of('hit'), miss: of('miss')};
}

const cacheOff = 'the cache is off';

type Hits = {hits: number; asked: number} | string;

async function hitsOf({plan, system}: Stack): Promise<Hits> {
  if (!plan.cache.enabled) return cacheOff;
  return await orReason(system.signal, async () => {
    const {l1_hits, l2_hits, total_requests} = await cacheStats(plan.urls.api, system.signal);
    return {hits: l1_hits + l2_hits, asked: total_requests};
  });
}

function hitRate(before: Hits, after: Hits): number | string {
  if (typeof before === 'string') return before;
  if (typeof after === 'string') return after;
  const asked = after.asked - before.asked;
  return asked > 0 ? (100 * (after.hits - before.hits)) / asked : 'the cache was asked for nothing';
}

function nothing(reason: string): CacheFigures {
  return {'hit-rate': reason, hit: reason, miss: reason};
}

/** A figure beside the load is no reason to lose the load: why there is none is its result. */
async function orReason<T>(signal: AbortSignal, read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (signal.aborted) return 'interrupted';
    if (error instanceof SutraError) return error.message;
    throw error;
  }
}
