import type {Runtime} from '../../runtime/runtime.js';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {LoadSample} from './load-sample.js';

/** What a check may look at: the plan that was deployed, the runtime that runs it, and its open ports. */
export interface StackUnderTest {
  plan: Plan;
  runtime: Runtime;
  system: System;
  /** The folder of the package-lock.json that this version was made with. */
  lockfileFolder: string;
  /** A burst of distinct texts, sent once however many checks ask for it. */
  loadSample: () => Promise<LoadSample>;
  /** The same burst again. */
  anotherLoadSample: () => Promise<LoadSample>;
}
