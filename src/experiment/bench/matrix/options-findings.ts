import type {Findings} from '../../../decision/evidence.js';
import type {Measured} from '../../../decision/option-evidence.js';
import type {StackIdentity} from '../../../decision/stack-identity.js';
import type {Verdict} from '../../../decision/verdict.js';
import type {OptionSet} from './bench-option.js';
import type {OptionRun} from './measure-options.js';
import {optionEvidence} from './options-matrix.js';

interface Measurement {
  verdict: Verdict;
  /** The load and the texts, in words. */
  what: string;
  /** Option id → digest of the plan it ran as. */
  digests: Readonly<Record<string, string>>;
  /** Option id → what it ran as. */
  stacks: Readonly<Record<string, StackIdentity>>;
  /** Option id → what else was seen of it. */
  extra?: Readonly<Record<string, Record<string, Measured>>>;
}

/** A set of options as it goes into the evidence: what was measured of each, and every run as it was. */
export function optionsFindings(
  set: OptionSet,
  attempts: readonly OptionRun[],
  {verdict, what, digests, stacks, extra = {}}: Measurement,
): Findings {
  const options = set.options.map((option) => ({
    ...optionEvidence(set, option, attempts, extra[option.id] ?? {}),
    configDigest: digests[option.id] ?? null,
    ...stackOf(stacks[option.id]),
    runs: attempts.flatMap((attempt) =>
      attempt.option.id === option.id && attempt.run !== null ? [{...attempt.run}] : [],
    ),
  }));
  return {kind: 'bench', verdict, what, options};
}

function stackOf(stack: StackIdentity | undefined): {stack?: StackIdentity} {
  return stack === undefined ? {} : {stack};
}
