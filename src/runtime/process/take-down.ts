import {rmSync} from 'node:fs';
import {SutraError} from '../../errors.js';
import {pollUntil} from '../../system/poll.js';
import {signalGroup, signalProcess} from '../../system/process/process-identity.js';
import type {System} from '../../system/system.js';
import {emptyRunFolder, type StackFolder} from '../stack-folder.js';
import {findRunning} from './adoption.js';
import {type Desired, readDesiredOrNull, writeDesired} from './desired-file.js';
import {dropSupervisor, ensureSupervisor, livingSupervisor} from './ensure-supervisor.js';
import {processesOf} from './stack-processes.js';
import {readState, type State} from './state-file.js';

/** A stop is watched closely: it is short. */
const longestPauseMs = 200;
const slackMs = 15_000;
const goneMs = 5_000;
const leaveMs = 2_000;
/** A supervisor that has not even read the wish by then hangs. */
const takeUpMs = 5_000;

/**
 * Ends every process of the stack: by its supervisor and in good order, or, when that cannot be had (a full disk, a
 * supervisor that hangs), directly. Returns when none is left, false when there was none; throws STATE, naming those that cannot be ended.
 */
export async function takeDown(system: System, folder: StackFolder, signal: AbortSignal): Promise<boolean> {
  const instances = readDesiredOrNull(folder)?.instances ?? [];
  if (nothingHere(folder)) {
    clear(folder);
    return false;
  }
  const withinMs = longestMs(instances) + slackMs;
  const generation = askForEnd(folder, instances);
  if (generation !== null) await bySupervisor(system, folder, {generation, withinMs}, signal);
  dropSupervisor(folder);
  await directly(system, folder, signal);
  clear(folder);
  return true;
}

function nothingHere(folder: StackFolder): boolean {
  const traces = readDesiredOrNull(folder) !== null || livingSupervisor(folder) !== null;
  return !traces && processesOf(folder).length === 0 && findRunning(folder, pastInstances(folder), []).size === 0;
}

/** The generation of the wish; null when it cannot even be written down. */
function askForEnd(folder: StackFolder, instances: Desired['instances']): number | null {
  try {
    return writeDesired(folder, {action: 'down', instances});
  } catch {
    return null;
  }
}

async function bySupervisor(
  system: System,
  folder: StackFolder,
  {generation, withinMs}: {generation: number; withinMs: number},
  signal: AbortSignal,
): Promise<void> {
  const {clock} = system;
  let deafFromMs = clock.nowMs() + takeUpMs;
  const look = async (): Promise<'ended' | 'no supervisor' | null> => {
    // It takes its wish away last of all, so one that was killed half-way is followed by another.
    if (readDesiredOrNull(folder) === null) return 'ended';
    if (clock.nowMs() > deafFromMs && !takenUp(folder, generation)) {
      dropSupervisor(folder);
      deafFromMs = clock.nowMs() + takeUpMs;
    }
    try {
      await ensureSupervisor(system, folder, signal);
      return null;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SutraError) return 'no supervisor';
      throw error;
    }
  };
  const found = await pollUntil(look, {clock, signal, withinMs, longestPauseMs});
  if (found === 'ended') await within(system, leaveMs, signal, () => livingSupervisor(folder) === null);
}

function takenUp(folder: StackFolder, generation: number): boolean {
  return (readState(folder)?.generation ?? 0) >= generation;
}

/** Whatever is left gets its stop signal, then its grace, then SIGKILL. Usually there is nothing. */
async function directly(system: System, folder: StackFolder, signal: AbortSignal): Promise<void> {
  const specs = readDesiredOrNull(folder)?.instances.map(({spec}) => spec) ?? [];
  const left = [...findRunning(folder, pastInstances(folder), specs).values()];
  const graceMs = left.reduce((longest, running) => Math.max(longest, running.stopGraceMs), 0);
  for (const {identity, stopSignal} of left) {
    signalProcess(identity, stopSignal);
    signalProcess(identity, 'SIGCONT');
  }
  const anyLeft = (): boolean =>
    processesOf(folder).length + findRunning(folder, pastInstances(folder), specs).size > 0;
  if (await within(system, graceMs, signal, () => !anyLeft())) return;
  for (const {identity} of left) signalGroup(identity, 'SIGKILL');
  for (const {identity} of processesOf(folder)) signalProcess(identity, 'SIGKILL');
  if (await within(system, goneMs, signal, () => !anyLeft())) return;
  const pids = processesOf(folder).map(({identity}) => identity.pid);
  throw new SutraError('STATE', `processes of this stack do not end, not even after SIGKILL: pids ${pids.join(', ')}`, {
    cure: ['see what they wait for: ps -o pid,stat,wchan,cmd -p <pid>', 'then run `sutra stop` again'],
    details: {pids},
  });
}

async function within(system: System, timeoutMs: number, signal: AbortSignal, done: () => boolean): Promise<boolean> {
  const wait = {clock: system.clock, signal, withinMs: timeoutMs, longestPauseMs};
  return (await pollUntil(() => (done() ? true : null), wait)) !== null;
}

function pastInstances(folder: StackFolder): State['instances'] {
  return readState(folder)?.instances ?? [];
}

/** Services end one after another, the replicas of each at once. */
function longestMs(instances: Desired['instances']): number {
  const byService = new Map<string, number>();
  for (const {spec} of instances)
    byService.set(spec.service, Math.max(byService.get(spec.service) ?? 0, spec.stopGraceMs));
  return [...byService.values()].reduce((sum, graceMs) => sum + graceMs, 0);
}

function clear(folder: StackFolder): void {
  emptyRunFolder(folder);
  rmSync(folder.supervisorLock, {recursive: true, force: true});
}
