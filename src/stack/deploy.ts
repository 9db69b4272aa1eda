import {SutraError} from '../errors.js';
import {pullView} from '../model/pull-view.js';
import {pullModel} from '../model/store.js';
import type {InstanceStatus, Runtime, StackStatus} from '../runtime/runtime.js';
import {findHaproxy, installHaproxy} from '../system/haproxy-program.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {awaitServersUp} from './await-servers-up.js';
import {findDeployedPlan, writeDeployedPlan} from './deployed-plan.js';
import {openRuntime} from './open-runtime.js';
import {refuseTakenPorts} from './preflight.js';
import type {ResolvedStack} from './resolve-stack.js';
import {type SampleEmbedding, sampleEmbedding} from './sample-embedding.js';
import {stopStack} from './stop.js';
import {useStackCredentials} from './use-stack-credentials.js';
import {dropUnusedSecrets, refuseOpening, writeSecrets} from './write-secrets.js';

type Say = (text: string) => void;

export interface DeployStep {
  title: string;
  run: (say: Say) => Promise<void>;
}

export interface DeployOptions {
  /** May HAProxy be installed where it is missing? */
  install: boolean;
  /** Shows the steps while it runs them. */
  runSteps: (steps: DeployStep[]) => Promise<void>;
  /** Told what happens after a failed step. */
  note: Say;
}

export interface Deployed {
  status: StackStatus;
  sample: SampleEmbedding;
}

/** How far a deployment has come. */
interface Progress extends Partial<Deployed> {
  started: boolean;
}

const undoDeadlineMs = 60_000;

/** From a resolved plan to a stack that has answered. Nobody else changes the stack meanwhile: BUSY says who does. */
export async function deployStack(system: System, resolved: ResolvedStack, options: DeployOptions): Promise<Deployed> {
  const runtime = openRuntime(system);
  using _lock = runtime.lock('deploy');
  const running = await findDeployedPlan(system);
  const progress: Progress = {started: false};
  try {
    await options.runSteps(deploySteps({system, runtime, resolved, running, progress, install: options.install}));
  } catch (error) {
    if (running === null && isToBeEnded(progress, system)) {
      options.note('ending what was started');
      // Not the command's own signal: the undo must survive the interrupt that caused it.
      await stopStack(system, runtime, AbortSignal.timeout(undoDeadlineMs));
    }
    throw error;
  }
  const {status, sample} = progress;
  if (status === undefined || sample === undefined) throw new SutraError('INTERNAL', 'a deployment without a result');
  return {status, sample};
}

/** One that did not come up, or that nobody waits for any more; one that is up and does not answer has logs to be read. */
function isToBeEnded({started, status}: Progress, {signal}: System): boolean {
  return started && (status === undefined || signal.aborted);
}

interface Deployment {
  system: System;
  runtime: Runtime;
  resolved: ResolvedStack;
  /** The plan that ran before. */
  running: Plan | null;
  progress: Progress;
  install: boolean;
}

function deploySteps({system, runtime, resolved, running, progress, install}: Deployment): DeployStep[] {
  const {topology, plan} = resolved;
  const balanced = (step: DeployStep): DeployStep[] => (plan.loadBalancer === null ? [] : [step]);
  return [
    {
      title: 'Check the ports',
      async run() {
        refuseOtherProject(plan, running);
        refuseOpening(resolved, running);
        await refuseTakenPorts(plan, running);
      },
    },
    ...balanced({
      title: 'Find HAProxy',
      async run(say) {
        const found = (await findHaproxy(system)) ?? (await installHaproxy(system, {allowed: install, say}));
        say(`HAProxy ${found.versionText} (${found.program})`);
      },
    }),
    {
      title: `Get the model ${plan.model.id}`,
      async run(say) {
        const {onProgress, onNote} = pullView({write: (text) => say(text.trim())}, system.clock);
        await pullModel(system, topology.settings.model, {onProgress, onNote});
      },
    },
    {
      title: 'Start the services',
      async run(say) {
        progress.started = true;
        await writeSecrets(system, resolved);
        await writeDeployedPlan(system, plan);
        progress.status = await runtime.up(plan, {signal: system.signal, onChange: tally(plan, say)});
        await dropUnusedSecrets(system, plan);
        await useStackCredentials(system, plan);
      },
    },
    ...balanced({title: 'Wait for the load balancer', run: () => awaitServersUp(plan, system)}),
    {
      title: 'Embed a sentence',
      async run() {
        progress.sample = await sampleEmbedding(plan, system);
      },
    },
  ];
}

function refuseOtherProject(plan: Plan, running: Plan | null): void {
  if (running === null || running.project === plan.project) return;
  throw new SutraError('BUSY', `this folder runs project ${running.project}; ${plan.project} needs another`, {
    cure: ['sutra stop, to end the one here', `mkdir ${plan.project} && cd ${plan.project}, then deploy there`],
  });
}

/** Says each change, and how many serve by now. */
function tally(plan: Plan, say: Say): (instance: InstanceStatus) => void {
  const wanted = plan.services.flatMap(({replicas}) => replicas).length + (plan.loadBalancer === null ? 0 : 1);
  const healthy = new Set<string>();
  return ({name, state}) => {
    if (state === 'healthy') healthy.add(name);
    else healthy.delete(name);
    say(`${name}: ${state} (${healthy.size} of ${wanted} healthy)`);
  };
}
