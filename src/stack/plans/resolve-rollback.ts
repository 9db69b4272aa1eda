import {SutraError} from '../../errors.js';
import type {System} from '../../system/system.js';
import type {Layer} from '../../topology/settings/environment.js';
import {findDeployedPlan, requireDeployedPlan} from './deployed-plan.js';
import {type KeptPlan, keptPlanOf, readHistory} from './plan-history.js';
import {resolveRecorded} from './resolve-recorded.js';
import {type ResolvedStack, resolveLayers, resolveStack} from './resolve-stack.js';
import {findUnfinished, settingsOfRunning} from './unfinished-plan.js';

/** The deployment before the one that runs, or number `to`, as it was. Throws STATE where there is none. */
export async function resolveRollback(
  system: System,
  to: number | undefined,
): Promise<ResolvedStack & {kept: KeptPlan}> {
  const history = readHistory(system);
  const kept = to === undefined ? await planBefore(system, history) : planNumbered(history, to);
  const {settings, plan, images} = kept;
  const recorded = {origin: `plan ${kept.number}`, settings, plan, images};
  return {...(await resolveRecorded(system, recorded)), kept};
}

/**
 * The way back that the documents describe: one of each, the cache off, 768 dimensions. All else (project, ports, model)
 * stays as it is deployed now. A model that has no 768 keeps its own width, and a notice says so.
 */
export async function resolveSeedRollback(system: System): Promise<ResolvedStack> {
  const running = findDeployedPlan(system);
  const made = running === null ? null : settingsOfRunning(system, running);
  const way: Layer = {
    origin: 'rollback --config',
    settings: {edition: 'simple', topology: 'simple', replicas: 1, edgeReplicas: 1, cache: {enabled: false}},
  };
  const resolve = (settings: Layer['settings']) => {
    const layer = {...way, settings: {...way.settings, ...settings}};
    return made === null ? resolveStack(system, [layer]) : resolveLayers(system, [made, layer]);
  };
  const plain = await resolve({dimension: undefined});
  const {model} = plain.plan;
  if (model.dimensions.includes(seedDimension)) return await resolve({dimension: seedDimension});
  const native = await resolve({dimension: model.nativeDimension});
  const notice = `the v2.0 layout has ${seedDimension} dimensions; ${model.id} has ${model.nativeDimension}`;
  return {...native, topology: {...native.topology, notices: [...native.topology.notices, notice]}};
}

const seedDimension = 768;

async function planBefore(system: System, history: KeptPlan[]): Promise<KeptPlan> {
  const running = await requireDeployedPlan(system);
  const unfinished = findUnfinished(system, running);
  const current = unfinished?.from ?? keptPlanOf(history, running)?.number ?? null;
  // A deployment that was killed is left for the one it began at; a rollback that was killed goes where it was going.
  const isStart = unfinished !== null && unfinished.reason !== 'rollback';
  const before = history.findLast(({number}) => current === null || (isStart ? number === current : number < current));
  if (before !== undefined) return before;
  throw new SutraError('STATE', 'no earlier deployment is kept to restore', {
    cure: ['sutra rollback --list shows what is kept', 'sutra rollback --config restores the v2.0 layout'],
  });
}

function planNumbered(history: KeptPlan[], number: number): KeptPlan {
  const found = history.find((kept) => kept.number === number);
  if (found !== undefined) return found;
  const numbers = history.map((kept) => kept.number);
  throw new SutraError('USAGE', `--to ${number}: no such deployment is kept`, {
    cure: numbers.length === 0 ? 'sutra deploy first: nothing is kept yet' : `choose one of ${numbers.join(', ')}`,
  });
}
