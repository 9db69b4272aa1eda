import {SutraError} from '../errors.js';
import type {ImageIds, StackStatus} from '../runtime/runtime.js';
import type {Say, Step} from '../system/step.js';
import type {System} from '../system/system.js';
import {comparePlans, type PlanChange} from '../topology/compare-plans.js';
import {type Interruption, interruptionOf} from '../topology/interruption.js';
import type {Plan} from '../topology/plan-schema.js';
import {type Deployment, deploySteps, type Progress} from './deploy-steps.js';
import {goBack} from './go-back.js';
import {imageChanges} from './hosts/image-changes.js';
import {runtimeFor} from './hosts/open-runtime.js';
import {type DeployReason, keepPlan} from './plans/plan-history.js';
import type {ResolvedStack} from './plans/resolve-stack.js';
import {forgetUnfinished} from './plans/unfinished-plan.js';
import {refuseOtherProject, refuseOtherRuntime} from './refuse-other.js';
import type {SampleEmbedding} from './sample-embedding.js';
import {askedCacheSecret} from './secrets/write-cache-secret.js';
import {refuseOpening, refuseWithoutKeys} from './secrets/write-secrets.js';
import {type StackHere, stackHere} from './stack-here.js';
import {noteEvent} from './stack-journal.js';
import {stopStack} from './stop.js';

/** What a deployment is about to change. */
export interface Review {
  /** A stack is deployed here. */
  running: boolean;
  /** Its differences to what is asked; none where nothing runs. */
  changes: PlanChange[];
  /** null where nobody who uses the stack will notice. */
  interruption: Interruption | null;
}

export interface DeployOptions {
  reason: DeployReason;
  /** Shown before anything is changed; what it throws ends the deployment. */
  review: (review: Review) => Promise<void>;
  /** May HAProxy be installed where it is missing? */
  install: boolean;
  /** Shows the steps while it runs them. */
  runSteps: (steps: Step[]) => Promise<void>;
  /** Told what happens after a failed step. */
  note: Say;
}

export interface Deployed {
  changes: PlanChange[];
  status: StackStatus;
  sample: SampleEmbedding;
}

const undoDeadlineMs = 60_000;

/**
 * From a resolved plan to a stack that has answered, kept in the history. Nobody else changes the stack meanwhile: BUSY
 * says who does. A rollout that fails brings back what ran before, or, where nothing did, ends what it started.
 */
export async function deployStack(system: System, resolved: ResolvedStack, options: DeployOptions): Promise<Deployed> {
  const runtime = await runtimeFor(system, resolved.plan);
  using _lock = runtime.lock(options.reason);
  const here = await stackHere(system);
  const {plan: running} = here;
  refuseOtherProject(resolved.plan, running);
  refuseOtherRuntime(resolved.plan, here);
  refuseOpening(resolved, here);
  refuseWithoutKeys(resolved);
  if (here.problem !== null) options.note(`plan.json ${here.problem}: ${standIn(running)}`);
  askedCacheSecret(system, resolved.plan);
  const review = await reviewOf({runtime, running, resolved});
  await options.review(review);
  const progress: Progress = {started: false};
  try {
    await options.runSteps(deploySteps({system, runtime, resolved, running, progress, ...options}));
  } catch (error) {
    if (running !== null && review.changes.length > 0 && progress.started) {
      return await goBack(error, {system, before: running, note: options.note});
    }
    if (isToBeEnded(progress, here, system)) {
      options.note('stopping what was started');
      // Not the command's own signal: the undo must survive the interrupt that caused it.
      await stopStack(system, runtime, AbortSignal.timeout(undoDeadlineMs));
    }
    throw error;
  }
  const {status, sample} = progress;
  if (status === undefined || sample === undefined) throw new SutraError('INTERNAL', 'a deployment without a result');
  keep(system, {resolved, images: status.images}, options);
  forgetUnfinished(system);
  return {changes: review.changes, status, sample};
}

async function reviewOf({
  runtime,
  running,
  resolved,
}: Pick<Deployment, 'runtime' | 'running' | 'resolved'>): Promise<Review> {
  const {plan, images: wanted = {}} = resolved;
  if (running === null) return {running: false, changes: [], interruption: null};
  const {instances, images} = await runtime.status();
  const serving = instances.some(({state}) => state === 'healthy');
  const interruption = serving ? interruptionOf(running, plan) : null;
  const changes = [...comparePlans(running, plan), ...(await imageChanges({plan, wanted, running: images}))];
  return {running: true, changes, interruption};
}

/** The stack is up: that its plan cannot be kept is worth telling, and no reason to fail. */
function keep(
  system: System,
  {resolved, images}: {resolved: ResolvedStack; images: ImageIds},
  {reason, note}: DeployOptions,
): void {
  try {
    const number = keepPlan(system, resolved, {reason, images});
    noteEvent(system, {kind: reason, entity: 'stack', cause: 'a command asked for it', data: {plan: number}});
  } catch (error) {
    note(`this deployment could not be saved for rollback: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * One that did not come up, or that nobody waits for any more; one that is up and does not answer has logs to be read.
 * Never where services ran before, whether their plan is known or lost.
 */
export function isToBeEnded(
  {started, status}: Progress,
  {plan, problem}: Pick<StackHere, 'plan' | 'problem'>,
  {signal}: Pick<System, 'signal'>,
): boolean {
  return plan === null && problem === null && started && (status === undefined || signal.aborted);
}

function standIn(running: Plan | null): string {
  return running === null ? 'it will be rewritten' : 'using the newest kept deployment instead';
}
