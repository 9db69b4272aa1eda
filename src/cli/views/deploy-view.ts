import {toTerminal} from '../../printable.js';
import {wrapped} from '../../report/wrap.js';
import type {Step} from '../../system/step.js';
import type {PlanChange} from '../../topology/compare-plans.js';
import type {Interruption} from '../../topology/interruption.js';
import {columns} from '../columns.js';
import {type Consent, confirm} from '../confirm.js';
import {progressOptions, runSteps} from '../live/progress.js';
import {changeLine} from './change-lines.js';

/** More than these are counted only: `sutra diff` has them all. */
const changesShown = 12;

interface Review {
  running: boolean;
  changes: PlanChange[];
  interruption: Interruption | null;
}

/** What commands that deploy show while they do: the differences first, a question where users would notice, the steps. */
export function deployView(consent: Consent) {
  // To standard error under --json too: it tells what a deployment does meanwhile, as its steps do.
  const width = columns(process.stderr);
  const say = (text: string) => void process.stderr.write(`${toTerminal(wrapped(text, width))}\n`);
  const progress = progressOptions(consent.json);
  return {
    runSteps: (steps: Step[]) => runSteps(steps, progress),
    note: say,
    review: async ({running, changes, interruption}: Review) => {
      if (!running) return;
      if (changes.length === 0) say('no settings changed');
      for (const change of changes.slice(0, changesShown)) say(changeLine(change, width));
      if (changes.length > changesShown) say(`  and ${changes.length - changesShown} more`);
      if (interruption === null) return;
      for (const {what, consequence} of interruption.reasons)
        say(`This change interrupts service (${what}). ${consequence}`);
      await confirm(`Interrupt service for about ${interruption.seconds} s`, consent);
    },
  };
}
