import type {Claim} from '../../../decision/claim.js';
import type {Criterion} from '../../../decision/criterion.js';
import type {Measured} from '../../../decision/option-evidence.js';
import type {Settings} from '../../../topology/settings/settings.js';
import type {LoadedStack} from '../stack-figures.js';

/** One way to run the stack or to load it: what differs, as data. */
export interface BenchOption {
  id: string;
  title: string;
  /** Laid over the settings of the stack. */
  settings: Settings;
  /** How a replica divides its cores, where that is what differs. */
  inference?: {workers: number; threadsPerWorker: number};
  /** What differs in the load. */
  load?: {textsPerRequest?: number; connections?: number};
  /** Criterion id → a figure that needs no measuring. */
  given?: Readonly<Record<string, number>>;
}

/** What is measured of an option beside the load and never during it, once, after its first run. */
export interface OnceMeasured {
  /** What is said meanwhile. */
  title: string;
  /** Criterion id → what was found; what could not be measured is missing, with the reason. */
  measure: (stack: LoadedStack) => Promise<Record<string, Measured>>;
}

/** Options to choose among: one file each in `options/`, listed in `option-sets.ts`. */
export interface OptionSet {
  title: string;
  /** The first is the baseline; the simpler comes first. */
  options: readonly [BenchOption, ...BenchOption[]];
  criteria: readonly Criterion[];
  alsoMeasured?: OnceMeasured;
  /** What documents say of these options. */
  claims: readonly Claim[];
}
