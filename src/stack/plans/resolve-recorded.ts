import {SutraError} from '../../errors.js';
import {productVersion} from '../../system/product-version.js';
import type {System} from '../../system/system.js';
import {rekeyPlan} from '../../topology/rekey-plan.js';
import {resolveTopology} from '../../topology/settings/resolve.js';
import {runtimeTraits} from '../../topology/traits/runtime-traits.js';
import {findDeployedPlan} from './deployed-plan.js';
import type {KeptPlan} from './plan-history.js';
import {type ResolvedStack, secretsOfNow} from './resolve-stack.js';

/** A deployment as it was written down when it was made. */
export interface RecordedDeployment extends Pick<KeptPlan, 'settings' | 'plan' | 'images'> {
  /** Names it in messages: `plan 3`. */
  origin: string;
}

/**
 * Returns an earlier deployment as one that can be deployed again: its own plan and images, whatever flags and sutra.yaml
 * say now, with the API keys of now. Throws STATE where processes of another version would be needed.
 */
export async function resolveRecorded(system: System, recorded: RecordedDeployment): Promise<ResolvedStack> {
  await refuseOtherVersion(recorded);
  const {origin, settings, images} = recorded;
  const topology = resolveTopology([{origin, settings}]);
  const {fingerprint, secrets} = secretsOfNow(system, topology);
  const plan = rekeyPlan(recorded.plan, fingerprint === undefined ? keysOfNow(system, recorded) : fingerprint);
  return {topology, plan, images, runtimeReason: `${origin} did`, secrets};
}

/** Where the environment says nothing of keys, those that the running stack wants stay. */
function keysOfNow(system: System, {plan}: RecordedDeployment): string | null {
  return (findDeployedPlan(system) ?? plan).security.apiKeys;
}

/** Processes run the code that is here; only an image brings its own. */
async function refuseOtherVersion({origin, plan: {version, runtime}}: RecordedDeployment): Promise<void> {
  const here = await productVersion();
  if (version === here || runtimeTraits[runtime].usesImages) return;
  throw new SutraError(
    'STATE',
    `${origin} ran version ${version}; as processes, only the version in this folder can run: ${here}`,
    {
      cure: [
        `check out version ${version} of sutra, then run the same command again`,
        'or sutra deploy, with the flags it was deployed with, to run the version here',
      ],
    },
  );
}
