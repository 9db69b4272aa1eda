import type {JsonFile} from '../../system/files/json-file.js';
import {lockDamage} from '../../system/files/lock-file.js';
import {probeHttp} from '../../system/http/http-probe.js';
import {readProcessStat} from '../../system/process/process-identity.js';
import type {InstanceStatus, StackStatus} from '../runtime.js';
import type {StackFolder} from '../stack-folder.js';
import {runningInstances} from './adoption.js';
import {type Desired, lookAtDesired} from './desired-file.js';
import {livingSupervisor} from './ensure-supervisor.js';
import {type InstanceRecord, lookAtState, type Running} from './state-file.js';

const probeTimeoutMs = 1_500;

/**
 * Returns what runs, as last seen by the supervisor, or probed now when there is none or its files are damaged: then the
 * processes are found by their marks. Changes nothing and never throws for a file.
 */
export async function stackStatus(folder: StackFolder): Promise<StackStatus> {
  const [desired, state] = [lookAtDesired(folder), lookAtState(folder)];
  const records = state.state === 'whole' ? state.value.instances : [];
  const wanted = desired.state === 'whole' ? desired.value.instances : [];
  const {found} = runningInstances(
    folder,
    records,
    wanted.map(({spec}) => spec),
  );
  const keeper = keeperOf(folder, desired.state !== 'gone' || found.size > 0);
  if (keeper.state === 'none') return {keeper, instances: [], images: {}, damage: []};
  const rows: Row[] = wanted.map(({spec, wanted}) => ({...spec, wanted}));
  for (const name of found.keys()) {
    if (!rows.some((row) => row.name === name)) rows.push(unlisted(name, records));
  }
  const instances = await Promise.all(
    rows.map((row) => lookAt(row, {record: recordOf(records, row.name), running: found.get(row.name), keeper})),
  );
  return {keeper, instances, images: {}, damage: damageOf(folder, desired, state)};
}

export function statusOf(record: InstanceRecord): InstanceStatus {
  const {name, service, role, url, state, running, restarts, lastExit, problem} = record;
  const [pid, startedAtMs] = [running?.identity.pid ?? null, running?.startedAtMs ?? null];
  return {name, service, role, url, state, pid, startedAtMs, restarts, lastExit, problem};
}

/** An instance as it is wanted; `probeUrl` is missing where only its mark tells of it. */
interface Row {
  name: string;
  service: string;
  role: string;
  url: string;
  probeUrl?: string;
  probeSocket?: string;
  wanted: Desired['instances'][number]['wanted'];
}

interface Seen {
  record: InstanceRecord | undefined;
  running: Running | undefined;
  keeper: StackStatus['keeper'];
}

function keeperOf(folder: StackFolder, hasStack: boolean): StackStatus['keeper'] {
  const supervisor = livingSupervisor(folder);
  if (supervisor === null) return {state: hasStack ? 'lost' : 'none', pid: null};
  const suspended = /^[Tt]$/.test(readProcessStat(supervisor.pid)?.state ?? '');
  return {state: suspended ? 'suspended' : 'running', pid: supervisor.pid};
}

function recordOf(records: InstanceRecord[], name: string): InstanceRecord | undefined {
  return records.find((record) => record.name === name);
}

function unlisted(name: string, records: InstanceRecord[]): Row {
  const {service, role, url} = recordOf(records, name) ?? {service: name, role: '', url: ''};
  return {name, service, role, url, wanted: 'running'};
}

async function lookAt(row: Row, {record, running, keeper}: Seen): Promise<InstanceStatus> {
  const {name, service, role, url, wanted} = row;
  const blank = {name, service, role, url, restarts: 0, lastExit: null, problem: null};
  const status = record === undefined ? blank : statusOf(record);
  if (running === undefined) return {...status, ...downState(wanted, keeper, record), pid: null, startedAtMs: null};
  const alive = {pid: running.identity.pid, startedAtMs: record?.running?.startedAtMs ?? null};
  if (keeper.state === 'running' && record !== undefined) return {...status, state: record.state, ...alive};
  const {probeUrl, ...rest} = row;
  if (probeUrl === undefined) {
    return {...status, state: 'unhealthy', problem: 'it runs, but its desired state is not recorded', ...alive};
  }
  const outcome = await probeHttp({...rest, probeUrl}, probeTimeoutMs);
  return {...status, state: outcome === 'ok' ? 'healthy' : 'unhealthy', ...alive};
}

/** State of an instance without a process. A supervisor that lives is about to start it, unless it has given up. */
function downState(
  wanted: Row['wanted'],
  keeper: StackStatus['keeper'],
  record: InstanceRecord | undefined,
): Pick<InstanceStatus, 'state'> {
  if (wanted === 'stopped') return {state: 'stopped'};
  if (keeper.state !== 'running') return {state: 'failed'};
  if (record === undefined) return {state: 'starting'};
  return {state: record.state === 'healthy' || record.state === 'unhealthy' ? 'restarting' : record.state};
}

/** What is wrong with the files that a stack which runs should have, one line each. */
function damageOf(folder: StackFolder, desired: JsonFile<unknown>, state: JsonFile<unknown>): string[] {
  const problems = {
    'run/desired.json': problemOf(desired),
    'run/state.json': problemOf(state),
    'run/lock': lockDamage(folder.commandLock),
    'run/supervisor.lock': lockDamage(folder.supervisorLock),
  };
  return Object.entries(problems).flatMap(([name, problem]) => (problem === null ? [] : [`${name} ${problem}`]));
}

function problemOf(file: JsonFile<unknown>): string | null {
  if (file.state === 'whole') return null;
  return file.state === 'gone' ? 'is missing although the stack is running' : file.problem;
}
