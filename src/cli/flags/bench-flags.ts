import {Flags} from '@oclif/core';
import {fewestRepeats} from '../../decision/decide.js';
import {grouped} from './grouped.js';
import {loadFlags, paceGroup, resultGroup} from './load-flags.js';
import {comparableRepeats, quickFlag} from './repeats.js';

/** How requests follow one another, and how often all of it is done. */
function paceFlags<Name extends string>(profiles: readonly Name[]) {
  return {
    ...grouped(paceGroup, {
      rate: Flags.string({description: 'requests a second, sent whatever comes back (50)', helpValue: 'N'}),
      duration: Flags.string({description: 'measured time (30s)', helpValue: 'TIME'}),
      stages: Flags.string({
        description: 'DURATION:RATE or DURATION:FROM-TO, separated by commas',
        helpValue: 'STAGES',
      }),
      profile: Flags.option({options: profiles, description: 'shape of --rate over --duration (constant)'})(),
      closed: Flags.boolean({description: 'send when answered, so many at a time, instead of at a rate'}),
    }),
    ...grouped(resultGroup, {
      repeat: Flags.integer({
        aliases: ['repeats'],
        description: `runs; thresholds hold for their median (1; with --save, --compare, --rebuild: ${fewestRepeats})`,
        min: 1,
        max: 1_000,
      }),
      quick: quickFlag,
    }),
  };
}

/** Where the result of a bench goes besides the terminal. */
export const reportFlags = grouped(resultGroup, {
  html: Flags.string({
    description: 'write the report to this file too: one page that needs nothing else',
    helpValue: 'FILE',
  }),
  markdown: Flags.boolean({description: 'print the result as Markdown'}),
});

/** What a bench is held against, and what it is kept as. Of the stack of the folder alone: another target has no plan. */
const baselineFlags = grouped('BASELINE', {
  save: Flags.string({description: 'keep the runs as a baseline of that name', helpValue: 'NAME', exclusive: ['url']}),
  compare: Flags.string({
    description: 'fail if worse than that baseline',
    helpValue: 'NAME',
    exclusive: ['url', 'against'],
  }),
  against: Flags.option({
    options: ['release'] as const,
    description: 'the same with the baseline of the last release',
    exclusive: ['url'],
  })(),
  rebuild: Flags.string({
    description: 'build that commit here, measure both interleaved, and fail if this is worse',
    helpValue: 'REF',
    exclusive: ['url', 'save'],
  }),
});

/** The selftest has a load and limits of its own, and is no bench to keep. */
const notOfSelftest = [
  ...['url', 'rate', 'duration', 'stages', 'profile', 'closed', 'threshold'],
  ...Object.keys({...baselineFlags, ...reportFlags}),
];

/** All flags of `sutra bench`. `profiles` are the shapes that a load knows. */
export function benchFlags<Name extends string>(profiles: readonly Name[]) {
  return {
    ...loadFlags,
    ...paceFlags(profiles),
    ...baselineFlags,
    ...reportFlags,
    selftest: Flags.boolean({
      description: 'hold the generator itself to the truth, on a server that stalls',
      exclusive: notOfSelftest,
    }),
  };
}

interface BaselineFlags {
  save?: string | undefined;
  compare?: string | undefined;
  against?: string | undefined;
  rebuild?: string | undefined;
}

/** Whether the runs are held against others, now or later. */
export function isCompared({save, compare, against, rebuild}: BaselineFlags): boolean {
  return [save, compare, against, rebuild].some((value) => value !== undefined);
}

/** How many runs are made. Throws USAGE for too few to be compared. */
export function benchRepeats(flags: BaselineFlags & {repeat?: number | undefined; quick: boolean}): number {
  const {repeat, quick} = flags;
  return isCompared(flags) ? comparableRepeats(repeat, {quick, flag: '--repeat'}) : (repeat ?? 1);
}
