import {SutraError} from '../../errors.js';
import type {System} from '../../system/system.js';
import {refuseCopy} from '../folder-copy.js';
import {stackHere} from '../stack-here.js';
import {keptPlanOf, readHistory} from './plan-history.js';
import {resolveRecorded} from './resolve-recorded.js';
import type {ResolvedStack} from './resolve-stack.js';
import {settingsOfRunning} from './unfinished-plan.js';

/**
 * Returns the deployment of this folder as it was made: the one that runs, else the last that succeeded before `stop`.
 * Throws NO_STACK where nothing was deployed, STATE where what it was made from is no longer known.
 */
export async function resolveStart(system: System): Promise<ResolvedStack> {
  refuseCopy(system);
  const history = readHistory(system);
  const plan = (await stackHere(system)).plan ?? history.at(-1)?.plan ?? null;
  if (plan === null) {
    throw new SutraError('NO_STACK', `there is no stopped stack in ${system.cwd} to start`, {
      cure: ['sutra deploy', 'or pass --folder DIR, the folder the stack was deployed in'],
    });
  }
  const made = settingsOfRunning(system, plan);
  if (made === null) {
    throw new SutraError('STATE', 'the settings of this stack were not kept', {
      cure: 'sutra deploy, with the flags it was deployed with',
    });
  }
  return await resolveRecorded(system, {...made, plan, images: keptPlanOf(history, plan)?.images ?? {}});
}
