import {statSync} from 'node:fs';
import type {Journal} from '../../../journal/journal.js';
import {oomKills} from '../../../system/process/oom-kills.js';
import type {ProcessIdentity} from '../../../system/process/process-identity.js';
import type {StackFolder} from '../../stack-folder.js';
import {findRunning} from '../adoption.js';
import {type Desired, readDesired} from '../desired-file.js';
import {readState, type State, writeState} from '../state-file.js';
import {Instance} from './instance.js';
import type {InstanceWorld, Turn} from './instance-world.js';
import {mayEnd, mayReload, mayStart} from './turn.js';

/** A gap between two steps beyond this means that this process itself stood still. */
const stallMs = 5_000;
const memoryLookEveryMs = 1_000;

export interface Supervision {
  /**
   * Brings reality one step nearer to what is wanted. `done`: everything has ended, as wanted; `nothing wanted`: no
   * readable wish has been seen yet.
   */
  step(): 'going on' | 'done' | 'nothing wanted';
}

/** Keeps one stack as `desired.json` wants it, and writes what it sees to `state.json`. Never throws, never waits. */
export function startSupervision(options: {
  folder: StackFolder;
  journal: Journal;
  self: ProcessIdentity;
  wake: () => void;
  complain: (text: string) => void;
}): Supervision {
  const {folder, self} = options;
  const complain = once(options.complain);
  const memory = watchMemory();
  const world: InstanceWorld = {
    folder,
    wake: options.wake,
    memoryRanOut: memory.ranOut,
    record: (event) => guarded(complain, () => options.journal.append(event)),
  };
  let instances: Instance[] = [];
  let desired: Desired | null = null;
  let seen = '';
  let written = '';
  let writtenAs = '';
  let lastStepMs = performance.now();

  const takeUp = (next: Desired): void => {
    const first = desired === null;
    desired = next;
    instances = match(world, instances, next);
    if (first) instances = adoptAll(world, instances);
  };

  const look = (): void => {
    const signature = signatureOf(folder.desired);
    if (signature === seen || signature === '') return;
    seen = signature;
    guarded(complain, () => {
      const next = readDesired(folder);
      if (next !== null) takeUp(next);
    });
  };

  const report = (): void => {
    if (desired === null) return;
    const records = instances.map((instance) => instance.record());
    const state: State = {schemaVersion: 1, generation: desired.generation, supervisor: self, instances: records};
    const text = JSON.stringify(state);
    // Whoever has changed the file meanwhile: it says again what is so.
    if (text === written && signatureOf(folder.state) === writtenAs) return;
    guarded(complain, () => {
      writeState(folder, state);
      written = text;
      writtenAs = signatureOf(folder.state);
    });
  };

  return {
    step() {
      const nowMs = performance.now();
      memory.look(nowMs);
      look();
      if (nowMs - lastStepMs > stallMs) for (const instance of instances) instance.forgive(nowMs);
      lastStepMs = nowMs;
      if (desired?.action === 'down') endInOrder(instances);
      for (const instance of instances) guarded(complain, () => instance.step(nowMs, turnOf(instance, instances)));
      instances = instances.filter(({wanted, hasProcess}) => hasProcess || (wanted !== 'gone' && wanted !== 'surplus'));
      report();
      if (desired === null) return 'nothing wanted';
      return desired.action === 'down' && instances.length === 0 ? 'done' : 'going on';
    },
  };
}

/** The instances of the new wish in its order, known ones kept; those it no longer names are to go. */
function match(world: InstanceWorld, known: Instance[], desired: Desired): Instance[] {
  const byName = new Map(known.map((instance) => [instance.spec.name, instance]));
  const wanted = desired.instances.map(({spec, wanted}) => {
    const instance = byName.get(spec.name) ?? new Instance(world, spec);
    byName.delete(spec.name);
    instance.want(spec, wanted);
    return instance;
  });
  for (const instance of byName.values()) instance.wanted = 'surplus';
  return [...wanted, ...byName.values()];
}

/** Takes on everything that runs already. What is not wanted is taken on too, so that it ends as it should. */
function adoptAll(world: InstanceWorld, instances: Instance[]): Instance[] {
  // The processes carry their marks; the file, where it is whole, is only the quicker way to them.
  const past = readState(world.folder)?.instances ?? [];
  const specs = instances.map(({spec}) => spec);
  const all = [...instances];
  for (const instance of instances) {
    const record = past.find(({name}) => name === instance.spec.name);
    if (record !== undefined) instance.remember(record);
  }
  for (const [name, running] of findRunning(world.folder, past, specs)) {
    const record = past.find((candidate) => candidate.name === name);
    let instance = instances.find(({spec}) => spec.name === name);
    if (instance === undefined) {
      instance = new Instance(world, unwantedSpec(name, record, running));
      instance.wanted = 'surplus';
      all.push(instance);
    }
    instance.adopt(running, record, performance.now());
  }
  return all;
}

function unwantedSpec(
  name: string,
  record: State['instances'][number] | undefined,
  running: {stopSignal: 'SIGTERM' | 'SIGUSR1'; stopGraceMs: number},
): Instance['spec'] {
  const {service, role, url} = record ?? {service: name, role: '', url: ''};
  const {stopSignal, stopGraceMs} = running;
  const nothing = {program: '', args: [], env: {}, ports: [], probeUrl: '', startDeadlineMs: Number.MAX_SAFE_INTEGER};
  return {name, service, role, url, stopSignal, stopGraceMs, ...nothing};
}

/** The last service that still runs ends; all before it wait, because it leans on them. */
function endInOrder(instances: Instance[]): void {
  const last = instances.findLast((instance) => instance.hasProcess)?.spec.service;
  for (const instance of instances) {
    instance.wanted = !instance.hasProcess || instance.spec.service === last ? 'gone' : 'held';
  }
}

function turnOf(instance: Instance, all: Instance[]): Turn {
  const standings = (): ReturnType<Instance['standing']>[] => all.map((other) => other.standing());
  return {
    mayStart: () => mayStart(instance.standing(), standings()),
    mayEnd: () => mayEnd(instance.standing(), standings()),
    mayReload: () => mayReload(instance.standing(), standings()),
  };
}

function watchMemory(): {look: (nowMs: number) => void; ranOut: () => boolean} {
  let count = oomKills();
  let lookedAtMs = 0;
  return {
    look(nowMs) {
      if (nowMs - lookedAtMs < memoryLookEveryMs) return;
      count = oomKills();
      lookedAtMs = nowMs;
    },
    ranOut: () => count !== null && (oomKills() ?? 0) > count,
  };
}

function signatureOf(path: string): string {
  const stat = statSync(path, {throwIfNoEntry: false});
  return stat === undefined ? '' : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
}

/** A full disk or a damaged file is no reason to stop watching over services. */
function guarded(complain: (text: string) => void, action: () => void): void {
  try {
    action();
  } catch (error) {
    complain(String(error));
  }
}

function once(complain: (text: string) => void): (text: string) => void {
  let last = '';
  return (text) => {
    if (text !== last) complain(text);
    last = text;
  };
}
