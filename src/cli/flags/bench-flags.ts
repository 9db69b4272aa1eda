import {Flags} from '@oclif/core';
import {grouped} from './grouped.js';
import {resultGroup} from './load-flags.js';

/** Where the result of a bench goes besides the terminal. */
export const reportFlags = grouped(resultGroup, {
  html: Flags.string({
    description: 'write the report to this file too: one page that needs nothing else',
    helpValue: 'FILE',
  }),
  markdown: Flags.boolean({description: 'print the result as Markdown'}),
});

/** What a bench is held against, and what it is kept as. Of the stack of the folder alone: another target has no plan. */
export const baselineFlags = grouped('BASELINE', {
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
export const notOfSelftest = [
  ...['url', 'rate', 'duration', 'stages', 'profile', 'closed', 'threshold'],
  ...Object.keys({...baselineFlags, ...reportFlags}),
];
