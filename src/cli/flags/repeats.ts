import {Flags} from '@oclif/core';
import {fewestRepeats} from '../../decision/decide.js';
import {SutraError} from '../../errors.js';

/** Repeats of `--quick` where nobody says how many. */
const quickRepeats = 3;

export const quickFlag = Flags.boolean({
  description: `look only: fewer than ${fewestRepeats} repeats (${quickRepeats}) are allowed, and nothing is judged`,
});

/** How many repeats a comparison makes of each side. Throws USAGE for too few, before anything is measured in vain. */
export function comparableRepeats(
  asked: number | undefined,
  {quick, flag}: {quick: boolean; flag: '--repeat' | '--repeats'},
): number {
  const repeats = asked ?? (quick ? quickRepeats : fewestRepeats);
  if (repeats >= fewestRepeats || quick) return repeats;
  throw new SutraError('USAGE', `${flag} ${repeats}: a judgement needs ${fewestRepeats} of each side`, {
    cure: [`${flag} ${fewestRepeats}`, `or --quick, to see the figures without a verdict`],
  });
}

/** What is said at the start of so few repeats; empty where they can be judged. */
export function quickNotice(repeats: number): string {
  if (repeats >= fewestRepeats) return '';
  return `Note: ${repeats === 1 ? '1 repeat' : `${repeats} repeats`} of each: nothing will be judged, the verdict will be unknown`;
}
