import {SutraError} from '../../errors.js';
import type {ProcessSpec} from '../../render/process-spec.js';
import {pollUntil} from '../../system/poll.js';
import type {System} from '../../system/system.js';
import type {InstanceStatus, UpOptions} from '../runtime.js';
import {logPath, type StackFolder} from '../stack-folder.js';
import {dropSupervisor, ensureSupervisor, notUp} from './ensure-supervisor.js';
import {lastLines} from './logs/log-tail.js';
import {processDigest} from './process-digest.js';
import {statusOf} from './stack-status.js';
import {type InstanceRecord, readState, type State} from './state-file.js';

/** A supervisor that has not even read the new wish by then is replaced, once. */
const takeUpMs = 10_000;
const startTries = 3;
const slackMs = 30_000;

/**
 * Sees to it that a supervisor works on `generation` and waits until `reached`. Rejects with the signal's reason when
 * it aborts, with START_FAILED when an instance of `specs` is given up on, with DEADLINE after the longest they may take.
 */
export async function awaitGeneration(
  system: System,
  folder: StackFolder,
  wish: {generation: number; specs: ProcessSpec[]; reached: (records: InstanceRecord[]) => boolean},
  {signal, onChange}: UpOptions,
): Promise<InstanceStatus[]> {
  const tell = changes(onChange);
  const {clock} = system;
  const asked = {atMs: clock.nowMs(), replaced: false};
  let seen: InstanceRecord[] = [];
  const look = async (): Promise<InstanceStatus[] | null> => {
    await ensureSupervisor(system, folder, signal);
    const state = stateOf(folder, wish.generation);
    seen = state?.instances ?? [];
    if (state === null) {
      replaceDeaf(folder, clock.nowMs(), asked);
      return null;
    }
    for (const record of seen) tell(statusOf(record));
    throwIfFailed(folder, seen, wish.specs);
    return wish.reached(seen) ? seen.map(statusOf) : null;
  };
  const reached = await pollUntil(look, {clock, signal, withinMs: longestMs(wish.specs)});
  if (reached === null) throw tooLong(seen);
  return reached;
}

/** Every spec runs as it is now, files included, and serves. */
export function allServe(specs: ProcessSpec[], records: InstanceRecord[]): boolean {
  const byName = new Map(records.map((record) => [record.name, record]));
  const serving = specs.every((spec) => {
    const record = byName.get(spec.name);
    if (record?.state !== 'healthy' || record.running === null) return false;
    return (
      record.running.digest === processDigest(spec) && record.running.reloadDigest === (spec.reload?.digest ?? null)
    );
  });
  return serving && records.length === specs.length;
}

// While the file is damaged a starting supervisor is about to set it aside: not there yet.
function stateOf(folder: StackFolder, generation: number): State | null {
  const state = readState(folder);
  return state !== null && state.generation >= generation ? state : null;
}

function replaceDeaf(folder: StackFolder, nowMs: number, asked: {atMs: number; replaced: boolean}): void {
  if (nowMs - asked.atMs < takeUpMs) return;
  if (asked.replaced) throw notUp(folder, 'did not start working');
  dropSupervisor(folder);
  asked.atMs = nowMs;
  asked.replaced = true;
}

function throwIfFailed(folder: StackFolder, records: InstanceRecord[], specs: ProcessSpec[]): void {
  const failed = records.find(({name, state}) => state === 'failed' && specs.some((spec) => spec.name === name));
  if (failed === undefined) return;
  const log = logPath(folder, failed.name);
  const lines = lastLines(log, 15);
  const cause = failed.problem ?? 'it keeps exiting';
  const output = lines.length === 0 ? ['it wrote no output'] : ['its last lines:', ...lines.map((line) => `  ${line}`)];
  throw new SutraError(
    'START_FAILED',
    [`${failed.name} did not start: ${cause}; ${output[0]}`, ...output.slice(1)].join('\n'),
    {
      cure: `read ${log}`,
      details: {instance: failed.name, cause, log, lines},
    },
  );
}

function tooLong(records: InstanceRecord[]): SutraError {
  const waiting = records.filter(({state}) => state !== 'healthy').map(({name, state}) => `${name} (${state})`);
  return new SutraError(
    'DEADLINE',
    `the stack did not come up in time; still waiting for ${waiting.join(', ') || 'the supervisor'}`,
    {
      cure: ['sutra status', 'sutra logs'],
    },
  );
}

/** Replicas may be replaced one after another, each with all its tries. */
function longestMs(specs: ProcessSpec[]): number {
  return specs.reduce((sum, spec) => sum + spec.stopGraceMs + startTries * spec.startDeadlineMs, slackMs);
}

/** Passes on what differs from the last time. */
function changes(onChange: UpOptions['onChange']): (status: InstanceStatus) => void {
  const told = new Map<string, string>();
  return (status) => {
    const text = JSON.stringify(status);
    if (told.get(status.name) === text) return;
    told.set(status.name, text);
    onChange?.(status);
  };
}
