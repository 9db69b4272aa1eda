import {cacheStats} from '../../client/cache-api.js';
import type {Measured} from '../../decision/option-evidence.js';
import {SutraError} from '../../errors.js';
import type {Runtime} from '../../runtime/runtime.js';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';
import {timeHitAndMiss} from '../time-hit-and-miss.js';
import {orReason} from './or-reason.js';

/** What a load cannot see from outside: who answered, and what that took. A figure, or why there is none. */
export interface StackFigures {
  /** Percent of the texts asked for, warm-up included, that either tier had. */
  'hit-rate': number | string;
  /** Milliseconds of one request alone. */
  hit: number | string;
  miss: number | string;
  /** Megabytes of memory that all instances together hold after the load. */
  memory: number | string;
}

export const figureNames = ['hit-rate', 'hit', 'miss', 'memory'] as const satisfies (keyof StackFigures)[];

/** A stack of ours that runs. */
export interface LoadedStack {
  plan: Plan;
  system: Pick<System, 'clock' | 'signal'>;
  usage: Runtime['usage'];
}

/** Replicas tell each other their counters once a second. */
const countersLagMs = 1_100;

/**
 * Runs a load on a stack of ours and says what share of its texts the cache answered, in percent, or why that is not
 * known. Throws USAGE, before anything is sent, where the stack does not take the key.
 */
export async function withHitRate<T>(
  stack: Pick<LoadedStack, 'plan' | 'system'>,
  load: () => Promise<T>,
): Promise<[T, number | string]> {
  await requireKeyTaken(stack);
  const before = await hitsOf(stack);
  const result = await load();
  const {signal, clock} = stack.system;
  const rate = await orReason(signal, async () => {
    if (stack.plan.cache.enabled) await clock.sleep(countersLagMs, signal);
    return hitRate(before, await hitsOf(stack));
  });
  return [result, rate];
}

/** The same with all that the stack did meanwhile; then times single requests. */
export async function withStackFigures<T>(stack: LoadedStack, load: () => Promise<T>): Promise<[T, StackFigures]> {
  const {signal} = stack.system;
  let memory: number | string = 'interrupted';
  const [result, rate] = await withHitRate(stack, async () => {
    const loaded = await load();
    if (!signal.aborted) memory = await orReason(signal, () => memoryOf(stack));
    return loaded;
  });
  if (signal.aborted) return [result, nothing('interrupted')];
  const timed = await orReason(signal, () => timeHitAndMiss(stack.plan.urls.api, signal));
  const known = {'hit-rate': rate, memory};
  if (typeof timed === 'string') return [result, {...nothing(timed), ...known}];
  return [result, {...known, hit: stack.plan.cache.enabled ? timed.hitMs : cacheOff, miss: timed.missMs}];
}

/** One list of values a figure, as evidence. What could not be seen once is missing. */
export function measuredFigures(all: readonly StackFigures[]): Record<keyof StackFigures, Measured> {
  const of = (name: keyof StackFigures): Measured => {
    const values = all.map((figures) => figures[name]);
    const reason = values.find((value) => typeof value === 'string') ?? (values.length === 0 ? 'not measured' : null);
    if (reason !== null) return {kind: 'missing', reason};
    return {kind: 'repeats', values: values.filter((value) => typeof value === 'number')};
  };
  return {'hit-rate': of('hit-rate'), hit: of('hit'), miss: of('miss'), memory: of('memory')};
}

const cacheOff = 'the cache is off';

async function requireKeyTaken({plan, system}: Pick<LoadedStack, 'plan' | 'system'>): Promise<void> {
  if (plan.security.apiKeys === null) return;
  try {
    await cacheStats(plan.urls.api, system.signal);
  } catch (error) {
    // Anything else is for the load to show.
    if (error instanceof SutraError && error.code === 'USAGE') throw error;
  }
}

type Hits = {hits: number; asked: number} | string;

async function hitsOf({plan, system}: Pick<LoadedStack, 'plan' | 'system'>): Promise<Hits> {
  if (!plan.cache.enabled) return cacheOff;
  return await orReason(system.signal, async () => {
    const {tests} = await cacheStats(plan.urls.api, system.signal);
    if (tests === undefined)
      throw new SutraError('STATE', 'services of an older version do not count test traffic separately');
    return {hits: tests.l1_hits + tests.l2_hits, asked: tests.requests};
  });
}

function hitRate(before: Hits, after: Hits): number | string {
  if (typeof before === 'string') return before;
  if (typeof after === 'string') return after;
  const asked = after.asked - before.asked;
  return asked > 0 ? (100 * (after.hits - before.hits)) / asked : 'the cache received no requests';
}

async function memoryOf({usage, system}: LoadedStack): Promise<number | string> {
  const instances = await usage(system.signal);
  const unseen = instances.find(({memoryBytes}) => memoryBytes === null);
  if (instances.length === 0) return 'no instance is running';
  if (unseen !== undefined) return `the memory of ${unseen.name} cannot be read`;
  return instances.reduce((sum, {memoryBytes}) => sum + (memoryBytes ?? 0), 0) / 1e6;
}

function nothing(reason: string): StackFigures {
  return {'hit-rate': reason, hit: reason, miss: reason, memory: reason};
}
