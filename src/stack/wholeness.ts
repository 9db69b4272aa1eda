import {join} from 'node:path';
import type {InstanceStatus, StackStatus} from '../runtime/runtime.js';
import {problemOfRegular} from '../system/files/read-regular.js';
import {markDamage, markFile} from '../system/folders/folder-mark.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {stateFolderOf} from './plans/deployed-plan.js';
import {damagedHistory, keptPlanOf, readHistory} from './plans/plan-history.js';
import {changedFiles} from './plans/written-files.js';
import type {StackHere} from './stack-here.js';

/** One reason why a stack is not whole. */
export interface Problem {
  /** An instance, `supervisor`, or a file below `.sutra/`. */
  what: string;
  problem: string;
  hint: string;
}

/** Returns all that is wrong with the stack: instances, supervisor and files; nothing where it is whole. */
export function problemsOf(system: System, here: StackHere, status: StackStatus): Problem[] {
  const files = [...status.damage, ...damagedFiles(system, here)];
  return [
    ...status.instances.flatMap(instanceProblem),
    ...missing(here.plan, status),
    ...supervisorProblem(status),
    ...files.map((line) => fileProblem(line)),
  ];
}

const redeploy = 'run `sutra deploy` with the same flags to repair it';

function instanceProblem({name, state, problem, lastExit}: InstanceStatus): Problem[] {
  if (state === 'healthy') return [];
  const cause = problem ?? (state === 'stopped' || state === 'failed' ? exitText(state, lastExit) : null);
  const hints: Partial<Record<InstanceStatus['state'], string>> = {
    starting: 'wait a moment and check again; `sutra logs` shows what it does',
    restarting: 'it restarts automatically; `sutra logs` shows why it ended',
    stopping: 'wait a moment and check again',
    stopped: '`sutra start` starts it again',
    failed: '`sutra logs` shows why; `sutra start` starts it again',
  };
  const hint = hints[state] ?? '`sutra logs` shows why; `sutra deploy` replaces what cannot recover';
  return [{what: name, problem: cause === null ? `is ${state}` : `is ${state}: ${cause}`, hint}];
}

function exitText(state: InstanceStatus['state'], lastExit: InstanceStatus['lastExit']): string | null {
  // As a command that stops it ends it.
  if (lastExit === null || (state === 'stopped' && lastExit.code === 0)) return null;
  return lastExit.signal === null ? `it ended with exit code ${lastExit.code}` : `it was killed by ${lastExit.signal}`;
}

function missing(plan: Plan | null, {instances}: StackStatus): Problem[] {
  if (plan === null) return [];
  const planned = [
    ...plan.services.flatMap(({replicas}) => replicas),
    ...(plan.loadBalancer ? [plan.loadBalancer.name] : []),
  ];
  const gone = planned.filter((name) => !instances.some((instance) => instance.name === name));
  return gone.map((what) => ({what, problem: 'is missing', hint: '`sutra deploy` recreates it'}));
}

function supervisorProblem({keeper, instances}: StackStatus): Problem[] {
  if (keeper.state === 'running' || (keeper.state === 'none' && instances.length === 0)) return [];
  const problem =
    keeper.state === 'suspended' ? `does not run: pid ${keeper.pid} is stopped by a signal` : 'is not running';
  return [
    {what: 'supervisor', problem: `${problem}; crashed services will not restart`, hint: '`sutra start` starts it'},
  ];
}

function damagedFiles(system: System, here: StackHere): string[] {
  if (here.plan === null && here.problem === null) return [];
  const state = stateFolderOf(system);
  // However long it has become: what it holds is not needed here.
  const journal = problemOfRegular(join(state, 'journal.jsonl'));
  const lines = damagedHistory(system).map(({path, problem}) => `${path.slice(state.length + 1)} ${problem}`);
  if (here.problem !== null) lines.unshift(`plan.json ${here.problem}`);
  else if (here.plan !== null && keptPlanOf(readHistory(system), here.plan) === null) {
    lines.push('plans/ does not hold this deployment, which scale and rollback need');
  }
  const mark = markDamage(state);
  if (mark !== null) lines.push(`${markFile} ${mark}`);
  if (journal !== null) lines.push(`journal.jsonl ${journal}`);
  return [...lines, ...changedFiles(system)];
}

function fileProblem(line: string): Problem {
  const [what = '', ...rest] = line.split(' ');
  return {what, problem: rest.join(' '), hint: redeploy};
}
