import type {Computed} from '../../../decision/claim.js';
import {configDigest} from '../../../decision/evidence.js';
import type {Measured} from '../../../decision/option-evidence.js';
import type {StackIdentity} from '../../../decision/stack-identity.js';
import type {LoadRequest} from '../../load/request/load-request.js';
import type {RunResult} from '../../load/result/run-result.js';
import {soundRun} from '../../load/result/sound-run.js';
import type {RunOptions} from '../../load/run-load.js';
import {identityOf} from '../identity-of-plan.js';
import {loadOf, measureStack} from '../measure-stack.js';
import {type LoadedStack, measuredFigures, type StackFigures} from '../stack-figures.js';
import type {BenchOption, OptionSet} from './bench-option.js';
import {keptBytes} from './kept-bytes.js';
import type {OptionRun} from './measure-options.js';

/** All that was seen of a set of options, as it came. */
export interface Seen {
  attempts: OptionRun[];
  /** Option id → one entry a run. */
  figures: Record<string, StackFigures[]>;
  /** Option id → what was measured once, by criterion. */
  once: Record<string, Record<string, Measured>>;
  digests: Record<string, string>;
  /** Option id → what it ran as. */
  stacks: Record<string, StackIdentity>;
  /** Option id → what follows from how it is built. */
  computed: Record<string, Record<string, Computed>>;
  /** The load and the texts in words: the first option's, where it was measured. */
  what: string;
  /** Runs that were made again because the generator fell behind. */
  discarded: number;
}

interface Measuring {
  set: OptionSet;
  load: Omit<LoadRequest, 'url'>;
  seen: Seen;
  stack: LoadedStack;
  /** Makes the stack run, with an empty cache. */
  bring: () => Promise<void>;
  onSecond: NonNullable<RunOptions['onSecond']>;
  /** What is done now beside the load. */
  note: (text: string) => void;
}

/** One run of an option on its own stack; after the first, what else the set wants to know. Adds to `seen`. */
export async function measureOption(
  option: BenchOption,
  {set, load, seen, stack, bring, onSecond, note}: Measuring,
): Promise<RunResult> {
  const {id} = option;
  const request = {...loadOf(load, option), seed: load.seed + runsSeen(seen, option)};
  await bring();
  seen.digests[id] = configDigest(stack.plan);
  seen.stacks[id] = identityOf(stack.plan);
  seen.computed[id] = keptBytes(stack.plan);
  const measured = await soundRun(() => measureStack(stack, request, onSecond), {
    runOf: ({run}) => run,
    again: async (reason) => {
      note(`again: ${reason}`);
      seen.discarded += 1;
      await bring();
    },
  });
  seen.figures[id] = [...(seen.figures[id] ?? []), measured.figures];
  if (option === set.options[0] || seen.what === '') seen.what = measured.what;
  if (set.alsoMeasured !== undefined && seen.once[id] === undefined && !stack.system.signal.aborted) {
    note(set.alsoMeasured.title);
    seen.once[id] = await set.alsoMeasured.measure(stack);
  }
  return measured.run;
}

export function nothingSeen(): Seen {
  return {attempts: [], figures: {}, once: {}, digests: {}, stacks: {}, computed: {}, what: '', discarded: 0};
}

export function runsSeen({figures}: Seen, {id}: BenchOption): number {
  return figures[id]?.length ?? 0;
}

/** Option id → what its stack did meanwhile. */
export function figuresSeen(
  {options}: OptionSet,
  {figures}: Seen,
): Record<string, Record<keyof StackFigures, Measured>> {
  return Object.fromEntries(options.map(({id}) => [id, measuredFigures(figures[id] ?? [])]));
}

/** Option id → criterion id → all that was seen of it beside the load. */
export function seenBeside(set: OptionSet, seen: Seen): Record<string, Record<string, Measured>> {
  const figures = Object.entries(figuresSeen(set, seen));
  return Object.fromEntries(figures.map(([id, own]) => [id, {...own, ...seen.once[id]}]));
}
