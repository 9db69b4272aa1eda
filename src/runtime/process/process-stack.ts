import {existsSync} from 'node:fs';
import {SutraError} from '../../errors.js';
import {appendIfRoom, openJournal} from '../../journal/journal.js';
import type {ProcessSpec} from '../../render/process-spec.js';
import type {System} from '../../system/system.js';
import {lockStack, lockToEnd} from '../command-lock.js';
import type {InstanceStatus, Runtime, StackStatus, UpOptions} from '../runtime.js';
import {stackFolder} from '../stack-folder.js';
import {allServe, awaitGeneration} from './bring-up.js';
import {type Desired, readDesired, writeDesired} from './desired-file.js';
import {readLogs} from './logs/read-logs.js';
import {stackStatus} from './stack-status.js';
import {takeDown} from './take-down.js';

/** A stack of local processes: the runtime without the plan. */
export interface ProcessStack extends Pick<Runtime, 'down' | 'stop' | 'status' | 'logs'> {
  /** Makes what runs equal to `specs`, given in start order; returns when every one of them serves. */
  reconcile(specs: ProcessSpec[], options: UpOptions): Promise<StackStatus>;
  /** The specs of the last `reconcile`; null when there is no stack here. Throws STATE when the file is damaged. */
  deployed(): ProcessSpec[] | null;
  lock: Runtime['lock'];
}

/** The stack whose state lies in `stateFolder` (`<cwd>/.sutra`). Nothing is touched before a method is called. */
export function processStack(system: System, {stateFolder}: {stateFolder: string}): ProcessStack {
  const folderOf = () => stackFolder(stateFolder);
  const journal = () => openJournal(folderOf().journal, system.clock.nowMs);
  return {
    async reconcile(specs, options) {
      const folder = folderOf();
      using _lock = lockStack(folder, 'deploy');
      journal().append({
        kind: 'up',
        entity: 'stack',
        cause: 'a command asked for it',
        data: {instances: specs.map(({name}) => name)},
      });
      const instances = specs.map((spec) => ({spec, wanted: 'running' as const}));
      const generation = writeDesired(folder, {action: 'run', instances});
      const reached = allServe.bind(null, specs);
      await awaitGeneration(system, folder, {generation, specs, reached}, options);
      return stackStatus(folder);
    },
    async down(signal) {
      if (!existsSync(stateFolder)) return;
      const folder = folderOf();
      using _lock = lockToEnd(folder, 'stop');
      const ended = await takeDown(system, folder, signal);
      if (ended) appendIfRoom(journal(), {kind: 'down', entity: 'stack', cause: 'a command asked for it', data: {}});
    },
    stop: (name, signal) => stopNamed(system, folderOf(), name, signal),
    status: async () => (existsSync(stateFolder) ? await stackStatus(folderOf()) : nothing),
    logs: (names, options) => readLogs(system, folderOf(), names, options),
    deployed: () =>
      existsSync(stateFolder) ? (readDesired(folderOf())?.instances.map(({spec}) => spec) ?? null) : null,
    lock: (purpose, {toEnd} = {toEnd: false}) => (toEnd ? lockToEnd : lockStack)(folderOf(), purpose),
  };
}

const nothing: StackStatus = {keeper: {state: 'none', pid: null}, instances: [], images: {}, damage: []};

type Folder = ReturnType<typeof stackFolder>;

async function stopNamed(system: System, folder: Folder, name: string, signal: AbortSignal): Promise<InstanceStatus[]> {
  using _lock = lockStack(folder, `stop ${name}`);
  const desired = readDesired(folder);
  if (desired === null || desired.action === 'down') {
    throw new SutraError('NO_STACK', `there is no stack in ${folder.path}`, {cure: 'sutra deploy'});
  }
  const names = namesOf(desired, name);
  const instances = desired.instances.map((row) =>
    names.has(row.spec.name) ? {...row, wanted: 'stopped' as const} : row,
  );
  const generation = writeDesired(folder, {action: 'run', instances});
  const specs = desired.instances.map(({spec}) => spec).filter((spec) => names.has(spec.name));
  const all = await awaitGeneration(
    system,
    folder,
    {
      generation,
      specs,
      reached: (records) => records.every((record) => !names.has(record.name) || record.state === 'stopped'),
    },
    {signal},
  );
  return all.filter((status) => names.has(status.name));
}

function namesOf(desired: Desired, name: string): Set<string> {
  const specs = desired.instances.map(({spec}) => spec);
  const found = specs.filter((spec) => spec.name === name || spec.service === name);
  if (found.length > 0) return new Set(found.map((spec) => spec.name));
  const known = [...new Set(specs.flatMap((spec) => [spec.name, spec.service]))].sort();
  throw new SutraError('USAGE', `there is no service or instance "${name}" in this stack`, {
    cure: `choose one of ${known.join(', ')}`,
    details: {known},
  });
}
