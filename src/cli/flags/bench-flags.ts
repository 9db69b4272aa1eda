import {Flags} from '@oclif/core';
import {fewestRepeats} from '../../decision/decide.js';
import {grouped} from './grouped.js';
import {connectionsFlag, loadFlags, paceGroup, resultGroup} from './load-flags.js';
import {comparableRepeats, quickFlag} from './repeats.js';

/** What a load uses where its flags are not given. The help shows it. */
interface PaceDefaults {
  rate: number;
  duration: string;
  profile: string;
  connections: number;
  closedConnections: number;
}

/** Flags for the pace of requests and the number of runs. */
function paceFlags<Name extends string>(profiles: readonly Name[], defaults: PaceDefaults) {
  const {connections, closedConnections} = defaults;
  return {
    connections: connectionsFlag(`${connections}; closed loop: ${closedConnections}`),
    ...grouped(paceGroup, {
      rate: Flags.string({
        description: `requests per second, independent of responses: open loop (default ${defaults.rate})`,
        helpValue: 'N',
      }),
      duration: Flags.string({description: `measured time (default ${defaults.duration})`, helpValue: 'TIME'}),
      stages: Flags.string({
        description: 'open loop in stages: DURATION:RATE or DURATION:FROM-TO, comma-separated',
        helpValue: 'STAGES',
      }),
      profile: Flags.option({
        options: profiles,
        description: `shape of --rate over --duration (default ${defaults.profile})`,
      })(),
      closed: Flags.boolean({description: 'closed loop: each connection sends its next request when answered'}),
    }),
    ...grouped(resultGroup, {
      repeat: Flags.integer({
        aliases: ['repeats'],
        description: `runs; thresholds apply to their median (default ${singleRun}; with --save, --compare or --rebuild: ${fewestRepeats})`,
        min: 1,
        max: 1_000,
      }),
      quick: quickFlag,
    }),
  };
}

/** Flags that write or print the result in another format. */
export const reportFlags = grouped(resultGroup, {
  html: Flags.string({
    description: 'also write the report to this file, as one self-contained page',
    helpValue: 'FILE',
  }),
  markdown: Flags.boolean({description: 'print the result as Markdown'}),
});

/** Flags to save and compare baselines. They apply to the stack of the folder: another target has no plan. */
const baselineFlags = grouped('BASELINE', {
  save: Flags.string({description: 'save the runs as a baseline', helpValue: 'NAME', exclusive: ['url']}),
  compare: Flags.string({
    description: 'compare with a baseline and fail on a regression',
    helpValue: 'NAME',
    exclusive: ['url', 'against'],
  }),
  against: Flags.option({
    options: ['release'] as const,
    description: 'compare with the baseline of the last release and fail on a regression',
    exclusive: ['url'],
  })(),
  rebuild: Flags.string({
    description: 'build another commit, measure both versions interleaved, and fail on a regression',
    helpValue: 'REF',
    exclusive: ['url', 'save'],
  }),
});

/** Flags that `--selftest` excludes: it has its own load and limits, and its result is not kept. */
const notOfSelftest = [
  ...['url', 'rate', 'duration', 'stages', 'profile', 'closed', 'threshold'],
  ...Object.keys({...baselineFlags, ...reportFlags}),
];

/** Flags of `sutra bench`. `profiles` are the profiles a load offers. */
export function benchFlags<Name extends string>(profiles: readonly Name[], defaults: PaceDefaults) {
  return {
    ...loadFlags,
    ...paceFlags(profiles, defaults),
    ...baselineFlags,
    ...reportFlags,
    selftest: Flags.boolean({
      description: 'test the generator itself against a server that stalls',
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

/** Returns whether the runs are compared with others, now or later. */
export function isCompared({save, compare, against, rebuild}: BaselineFlags): boolean {
  return [save, compare, against, rebuild].some((value) => value !== undefined);
}

/** Runs of a bench that is not compared. */
const singleRun = 1;

/** Returns how many runs are made. Throws USAGE for too few to compare. */
export function benchRepeats(flags: BaselineFlags & {repeat?: number | undefined; quick: boolean}): number {
  const {repeat, quick} = flags;
  return isCompared(flags) ? comparableRepeats(repeat, {quick, flag: '--repeat'}) : (repeat ?? singleRun);
}
