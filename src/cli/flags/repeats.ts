import {Flags} from '@oclif/core';
import {fewestRepeats} from '../../decision/decide.js';
import {SutraError} from '../../errors.js';

/** Repeats with `--quick`, unless set. */
const quickRepeats = 3;

export const quickFlag = Flags.boolean({
  description: `figures without a verdict: allow fewer than ${fewestRepeats} repeats (default ${quickRepeats})`,
});

/** Returns how many repeats a comparison makes of each side. Throws USAGE for too few, before anything is measured. */
export function comparableRepeats(
  asked: number | undefined,
  {quick, flag}: {quick: boolean; flag: '--repeat' | '--repeats'},
): number {
  const repeats = asked ?? (quick ? quickRepeats : fewestRepeats);
  if (repeats >= fewestRepeats || quick) return repeats;
  throw new SutraError(
    'USAGE',
    `${flag} ${repeats}: a comparison needs at least ${fewestRepeats} repeats of each side`,
    {
      cure: [`${flag} ${fewestRepeats}`, 'or --quick, for figures without a verdict'],
    },
  );
}

/** Returns a note for the start of a run with too few repeats for a verdict, else an empty string. */
export function quickNotice(repeats: number): string {
  if (repeats >= fewestRepeats) return '';
  return `Note: ${repeats === 1 ? '1 repeat' : `${repeats} repeats`} of each: too few for a comparison, the verdict will be unknown`;
}
