import {pullView} from '../model/pull-view.js';
import {pullModel} from '../model/store.js';
import {awaitServersUp} from '../runtime/await-servers-up.js';
import type {InstanceStatus, Runtime, StackStatus} from '../runtime/runtime.js';
import type {Say, Step} from '../system/step.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {runtimeSteps} from './hosts/runtime-steps.js';
import {writeDeployedPlan} from './plans/deployed-plan.js';
import type {DeployReason} from './plans/plan-history.js';
import type {ResolvedStack} from './plans/resolve-stack.js';
import {writeUnfinished} from './plans/unfinished-plan.js';
import {recordWritten} from './plans/written-files.js';
import {refuseTakenPorts} from './preflight.js';
import {type SampleEmbedding, sampleEmbedding} from './sample-embedding.js';
import {useStackCredentials} from './secrets/use-stack-credentials.js';
import {dropUnusedSecrets, writeSecrets} from './secrets/write-secrets.js';

/** How far a deployment has come. */
export interface Progress {
  started: boolean;
  status?: StackStatus;
  sample?: SampleEmbedding;
}

export interface Deployment {
  system: System;
  runtime: Runtime;
  resolved: ResolvedStack;
  /** The plan that ran before. */
  running: Plan | null;
  progress: Progress;
  reason: DeployReason;
  install: boolean;
}

/** From checked ports to a stack that has answered, in order. `progress` is told how far it has come. */
export function deploySteps({system, runtime, resolved, running, progress, reason, install}: Deployment): Step[] {
  const {topology, plan} = resolved;
  const balanced = (step: Step): Step[] => (plan.loadBalancer === null ? [] : [step]);
  return [
    {
      title: 'Check the ports',
      run: (say) => refuseTakenPorts(system, plan, running, say),
    },
    ...runtimeSteps[plan.runtime](system, plan, {install}),
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
        writeUnfinished(system, resolved, {reason, running});
        writeDeployedPlan(system, plan);
        const {images = {}} = resolved;
        progress.status = await runtime.up(plan, {signal: system.signal, onChange: tally(plan, say), images});
        await dropUnusedSecrets(system, plan);
        recordWritten(system);
        await useStackCredentials(system, plan);
      },
    },
    ...balanced({title: 'Wait for the load balancer', run: () => awaitServersUp(plan, system)}),
    {
      title: 'Send a test request',
      async run() {
        progress.sample = await sampleEmbedding(plan, system);
      },
    },
  ];
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
