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

export interface DeployStep {
  title: string;
  run: (say: (text: string) => void) => Promise<void>;
}

export interface Deployed {
  status: StackStatus;
  sample: SampleEmbedding;
}

/** Everything between a resolved plan and a stack that has answered: steps to run in order, and what came of them. */
export function deployment(system: System, {topology, plan}: ResolvedStack, options: {install: boolean}) {
  const runtime = openRuntime(system);
  const outcome: Partial<Deployed> = {};
  let running: Plan | null = null;
  const steps: DeployStep[] = [
    {
      title: 'Check the ports',
      async run() {
        running = await findDeployedPlan(system);
        refuseOtherProject(plan, running);
        await refuseTakenPorts(plan, running);
      },
    },
    ...(plan.loadBalancer === null ? [] : [haproxyStep(system, options.install)]),
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
        await writeDeployedPlan(system, plan);
        outcome.status = await startOrUndo(runtime, {plan, system, wasRunning: running !== null, say});
      },
    },
    ...(plan.loadBalancer === null
      ? []
      : [{title: 'Wait for the load balancer', run: () => awaitServersUp(plan, system)}]),
    {
      title: 'Embed a sentence',
      async run() {
        outcome.sample = await sampleEmbedding(plan, system);
      },
    },
  ];
  return {steps, outcome};
}

function haproxyStep(system: System, install: boolean): DeployStep {
  return {
    title: 'Find HAProxy',
    async run(say) {
      const found = (await findHaproxy(system)) ?? (await installHaproxy(system, {allowed: install, say}));
      say(`HAProxy ${found.versionText} (${found.program})`);
    },
  };
}

function refuseOtherProject(plan: Plan, running: Plan | null): void {
  if (running === null || running.project === plan.project) return;
  throw new SutraError('BUSY', `this folder runs project ${running.project}; ${plan.project} needs another`, {
    cure: ['sutra stop, to end the one here', `mkdir ${plan.project} && cd ${plan.project}, then deploy there`],
  });
}

interface Start {
  plan: Plan;
  system: System;
  /** A stack that ran before keeps running when this start is given up; a new one is taken down again. */
  wasRunning: boolean;
  say: (text: string) => void;
}

const undoDeadlineMs = 60_000;

async function startOrUndo(runtime: Runtime, {plan, system, wasRunning, say}: Start): Promise<StackStatus> {
  try {
    return await runtime.up(plan, {signal: system.signal, onChange: tally(plan, say)});
  } catch (error) {
    if (!wasRunning) {
      say('ending what was started');
      // Not the command's own signal: the undo must survive the interrupt that caused it.
      await stopStack(system, runtime, AbortSignal.timeout(undoDeadlineMs));
    }
    throw error;
  }
}

/** Says each change, and how many serve by now. */
function tally(plan: Plan, say: (text: string) => void): (instance: InstanceStatus) => void {
  const wanted = plan.services.flatMap(({replicas}) => replicas).length + (plan.loadBalancer === null ? 0 : 1);
  const healthy = new Set<string>();
  return ({name, state}) => {
    if (state === 'healthy') healthy.add(name);
    else healthy.delete(name);
    say(`${name}: ${state} (${healthy.size} of ${wanted} healthy)`);
  };
}
