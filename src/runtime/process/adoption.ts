import type {ProcessSpec} from '../../render/process-spec.js';
import {signalProcess} from '../../system/process/process-identity.js';
import type {StackFolder} from '../stack-folder.js';
import {marks} from './marks.js';
import {carriesMark, processesOf, type StackProcess} from './stack-processes.js';
import type {InstanceRecord, Running} from './state-file.js';

/** Grace of a process of which nothing is known but that it is of this stack. */
const unknownGraceMs = 10_000;

/** As `runningInstances`. Of two copies of one instance the one written down stays, the other is ended. */
export function findRunning(
  folder: StackFolder,
  records: InstanceRecord[],
  specs: ProcessSpec[],
): Map<string, Running> {
  const {found, copies} = runningInstances(folder, records, specs);
  for (const {identity} of copies) signalProcess(identity, 'SIGKILL');
  return found;
}

/**
 * Returns every instance of this stack that runs and was not started by the caller, by its mark: those that were written
 * down, with what is known of them, and those that were not. `copies` are second processes of an instance.
 */
export function runningInstances(
  folder: StackFolder,
  records: InstanceRecord[],
  specs: ProcessSpec[],
): {found: Map<string, Running>; copies: StackProcess[]} {
  const found = new Map<string, Running>();
  const copies: StackProcess[] = [];
  for (const {name, running} of records) {
    if (running !== null && carriesMark(folder, running.identity, name)) found.set(name, running);
  }
  for (const process of processesOf(folder)) {
    const {leader, instance, identity} = process;
    if (instance === null || !leader) continue;
    const known = found.get(instance);
    if (known === undefined) found.set(instance, fromMarks(process, specs));
    else if (known.identity.pid !== identity.pid) copies.push(process);
  }
  return {found, copies};
}

/** The process of one instance that carries its mark; null when there is none. */
export function findInstance(folder: StackFolder, spec: ProcessSpec): Running | null {
  const mine = processesOf(folder).find(({leader, instance}) => leader && instance === spec.name);
  return mine === undefined ? null : fromMarks(mine, [spec]);
}

/** Ends at once what an instance has left behind: children that outlived it, of which nobody would know any more. */
export function sweepInstance(folder: StackFolder, name: string): void {
  for (const {identity, instance} of processesOf(folder)) {
    if (instance === name) signalProcess(identity, 'SIGKILL');
  }
}

function fromMarks({identity, env}: StackProcess, specs: ProcessSpec[]): Running {
  const spec = specs.find(({name}) => name === env[marks.instance]);
  return {
    identity,
    digest: env[marks.digest] ?? '',
    artifact: env[marks.artifact] ?? null,
    reloadDigest: env[marks.reload] ?? null,
    ports: (env[marks.ports] ?? '').split(',').filter(Boolean).map(Number),
    stopSignal: spec?.stopSignal ?? 'SIGTERM',
    stopGraceMs: spec?.stopGraceMs ?? unknownGraceMs,
    startedAtMs: Date.now(),
  };
}
