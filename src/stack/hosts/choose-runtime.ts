import {SutraError} from '../../errors.js';
import {findEngine} from '../../system/docker-engine.js';
import type {System} from '../../system/system.js';
import type {RuntimeName} from '../../topology/plan-schema.js';
import type {Topology} from '../../topology/settings/resolve.js';
import {stackHere} from '../stack-here.js';

export interface ChosenRuntime {
  runtime: RuntimeName;
  /** For people: what spoke for it. */
  reason: string;
}

/**
 * `auto` is containers where an engine answers, processes where none does; a stack that runs stays where it is. Asking
 * for containers by name is an error where they cannot be had.
 */
export async function chooseRuntime(system: System, {settings, origins}: Topology): Promise<ChosenRuntime> {
  const wanted = settings.runtime;
  if (wanted === 'process') return {runtime: 'process', reason: `${origins.runtime} is process`};
  if (wanted === 'auto') {
    const {plan, problem, runtime} = await stackHere(system);
    if (plan !== null || problem !== null) return {runtime, reason: 'same as the running stack'};
  }
  const found = await findEngine(system);
  if (found.engine !== null) {
    const reason = `Docker ${found.engine.version} answers, with Compose ${found.engine.composeVersion}`;
    return {runtime: 'compose', reason};
  }
  if (wanted === 'auto') return {runtime: 'process', reason: found.missing.message};
  throw found.missing instanceof SutraError ? found.missing : new SutraError('INTERNAL', 'no engine and no reason');
}
