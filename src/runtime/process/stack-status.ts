import {probeHttp} from '../../system/http-probe.js';
import {isAlive} from '../../system/process-identity.js';
import type {InstanceStatus, StackStatus} from '../runtime.js';
import type {StackFolder} from '../stack-folder.js';
import {type Desired, readDesired} from './desired-file.js';
import {livingSupervisor} from './ensure-supervisor.js';
import {type InstanceRecord, readState} from './state-file.js';

const probeTimeoutMs = 1_500;

/** What runs, as last seen by the supervisor, or looked at now when there is none. Changes nothing. Throws STATE. */
export async function stackStatus(folder: StackFolder): Promise<StackStatus> {
  const desired = readDesired(folder);
  const supervisor = livingSupervisor(folder);
  if (desired === null) return {keeper: {state: 'none', pid: null}, instances: [], images: {}};
  const records = readState(folder)?.instances ?? [];
  const rows = desired.instances.map((row) => ({...row, record: records.find(({name}) => name === row.spec.name)}));
  if (supervisor !== null) {
    const instances = rows.map(({spec, record}) => (record === undefined ? notYet(spec) : statusOf(record)));
    return {keeper: {state: 'running', pid: supervisor.pid}, instances, images: {}};
  }
  const instances = await Promise.all(rows.map((row) => lookAt(row, row.record)));
  return {keeper: {state: 'lost', pid: null}, instances, images: {}};
}

export function statusOf(record: InstanceRecord): InstanceStatus {
  const {name, service, role, url, state, running, restarts, lastExit} = record;
  const [pid, startedAtMs] = [running?.identity.pid ?? null, running?.startedAtMs ?? null];
  return {name, service, role, url, state, pid, startedAtMs, restarts, lastExit};
}

type Row = Desired['instances'][number];

async function lookAt({spec, wanted}: Row, record: InstanceRecord | undefined): Promise<InstanceStatus> {
  const status = record === undefined ? notYet(spec) : statusOf(record);
  const alive = record?.running != null && isAlive(record.running.identity);
  if (!alive) return {...status, state: wanted === 'running' ? 'failed' : 'stopped', pid: null, startedAtMs: null};
  const outcome = await probeHttp(spec.probeUrl, probeTimeoutMs);
  return {...status, state: outcome === 'ok' ? 'healthy' : 'unhealthy'};
}

function notYet({name, service, role, url}: Row['spec']): InstanceStatus {
  return {name, service, role, url, state: 'stopped', pid: null, startedAtMs: null, restarts: 0, lastExit: null};
}
