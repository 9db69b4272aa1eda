import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {identify, isAlive} from '../../src/system/process/process-identity.js';
import {planSchema} from '../../src/topology/plan-schema.js';
import type {Run, StackFolder} from './stack.js';

/** Whom SIGKILL meets: the command alone, it and the supervisor in the same moment, or all that the command started. */
export type Victims = 'command' | 'command and supervisor' | 'group';

/** What a stack and its folder look like when a command has ended. */
export interface EndState {
  /** Digest of `plan.json`; null: no stack is deployed. */
  plan: string | null;
  /** Instance → digest of the spec it was started from, of every process that leads its group. */
  running: Record<string, string>;
  /** Deployments kept since the beginning of the round, by digest of their plan. */
  kept: string[];
  /** Files below `.sutra/` and beside it, without what grows with time: logs, journal, history, evidence, data. */
  files: string[];
}

/** Starts a command, kills it after `afterMs`, and waits until it is gone. Returns null when it had ended before. */
export async function killedAfter(
  folder: StackFolder,
  args: string[],
  {afterMs, victims, env = {}}: {afterMs: number; victims: Victims; env?: Record<string, string>},
): Promise<Run | null> {
  const {child, done} = folder.start(args, env, {group: victims === 'group'});
  const identity = child.pid === undefined ? null : identify(child.pid);
  const early = await Promise.race([done, sleep(afterMs, null)]);
  if (early !== null) return early;
  const supervisor = victims === 'command and supervisor' ? supervisorOf(folder) : null;
  if (supervisor !== null) process.kill(supervisor, 'SIGKILL');
  if (identity !== null && isAlive(identity))
    process.kill(victims === 'group' ? -identity.pid : identity.pid, 'SIGKILL');
  await done;
  return null;
}

function supervisorOf(folder: StackFolder): number | null {
  const found = folder.processes().find(({env}) => env.SUTRA_INSTANCE === undefined);
  return found?.identity.pid ?? null;
}

export function endState(folder: StackFolder, before: Set<string>): EndState {
  const state = join(folder.path, '.sutra');
  const plan = join(state, 'plan.json');
  const leaders = folder.processes().filter(({leader, env}) => leader && env.SUTRA_INSTANCE !== undefined);
  const running = leaders.map(({env}): [string, string] => [env.SUTRA_INSTANCE ?? '', env.SUTRA_SPEC_DIGEST ?? '']);
  return {
    plan: existsSync(plan) ? digest(planSchema.parse(JSON.parse(readFileSync(plan, 'utf8')))) : null,
    running: Object.fromEntries(running.toSorted(([one], [other]) => (one < other ? -1 : 1))),
    kept: historyFiles(folder)
      .filter((name) => !before.has(name))
      .map((name) => digest(JSON.parse(readFileSync(join(state, 'plans', name), 'utf8')).plan)),
    files: filesBelow(folder.path).filter(isSteady),
  };
}

export function historyFiles(folder: StackFolder): string[] {
  const plans = join(folder.path, '.sutra', 'plans');
  return existsSync(plans) ? readdirSync(plans).toSorted() : [];
}

/** Temporary folders and files of commands that are no more, anywhere a command puts them. */
export function abandoned(folder: StackFolder): string[] {
  const temporary = readdirSync(tmpdir())
    .filter((name) => isOfDeadProcess(/^sutra-build-(\d+)-/.exec(name)?.[1]))
    .map((name) => join(tmpdir(), name));
  const drafts = filesBelow(folder.path).filter((path) => /\.(tmp|part|guard|done|damaged)$/.test(path));
  return [...temporary, ...drafts];
}

/** Other tests build images in the same place. */
function isOfDeadProcess(pid: string | undefined): boolean {
  return pid !== undefined && identify(Number(pid)) === null;
}

const changing = /\/\.sutra\/(logs|plans|evidence|data|journal\.jsonl)/;

function isSteady(path: string): boolean {
  return !changing.test(path);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((name) => join(folder, name))
    .toSorted();
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}
