import type {ProcessSpec} from '../../render/process-spec.js';
import {isAlive, signalProcess} from '../../system/process-identity.js';
import {type ListedProcess, processesWith} from '../../system/process-table.js';
import type {StackFolder} from '../stack-folder.js';
import {marks} from './marks.js';
import type {InstanceRecord, Running} from './state-file.js';

/** Grace of a process of which nothing is known but that it is of this stack. */
const unknownGraceMs = 10_000;

/**
 * Every process of this stack that runs and was not started by the caller: those written down that still live, and
 * those that carry the stack's mark. Of two copies of one instance the one written down stays, the other is ended.
 */
export function findRunning(
  folder: StackFolder,
  records: InstanceRecord[],
  specs: ProcessSpec[],
): Map<string, Running> {
  const found = new Map<string, Running>();
  for (const {name, running} of records) {
    if (running !== null && isAlive(running.identity)) found.set(name, running);
  }
  for (const {leader, identity, env} of processesWith(marks.stack, folder.path)) {
    const name = env[marks.instance];
    if (name === undefined || !leader) continue;
    const known = found.get(name);
    if (known === undefined) found.set(name, fromMarks({leader, identity, env}, specs));
    else if (known.identity.pid !== identity.pid) signalProcess(identity, 'SIGKILL');
  }
  return found;
}

/** The process of one instance that carries its mark; null when there is none. */
export function findInstance(folder: StackFolder, spec: ProcessSpec): Running | null {
  const marked = processesWith(marks.stack, folder.path);
  const mine = marked.find(({leader, env}) => leader && env[marks.instance] === spec.name);
  return mine === undefined ? null : fromMarks(mine, [spec]);
}

/** Ends at once what an instance has left behind: children that outlived it, of which nobody would know any more. */
export function sweepInstance(folder: StackFolder, name: string): void {
  for (const {identity, env} of processesWith(marks.stack, folder.path)) {
    if (env[marks.instance] === name) signalProcess(identity, 'SIGKILL');
  }
}

/** All processes of the stack but the caller: services, their children, and supervisors. */
export function processesOf(folder: StackFolder): ListedProcess[] {
  return processesWith(marks.stack, folder.path);
}

function fromMarks({identity, env}: ListedProcess, specs: ProcessSpec[]): Running {
  const spec = specs.find(({name}) => name === env[marks.instance]);
  return {
    identity,
    digest: env[marks.digest] ?? '',
    artifact: env[marks.artifact] ?? null,
    reloadDigest: env[marks.reload] ?? null,
    stopSignal: spec?.stopSignal ?? 'SIGTERM',
    stopGraceMs: spec?.stopGraceMs ?? unknownGraceMs,
    startedAtMs: Date.now(),
  };
}
