import type Docker from 'dockerode';
import {labels} from '../../../render/compose/service-definition.js';
import {folderNames} from '../../../system/folders/folder-mark.js';
import type {InstanceState, InstanceStatus} from '../../runtime.js';

/** A container of ours, as the engine sees it now. */
export interface Container {
  id: string;
  imageId: string;
  /** `embedder`: what its image is of. */
  imageOf: string;
  /** Digest of the definition it was made from. */
  definition: string;
  artifact: string | null;
  order: number;
  /** Ports of the host that lead to it, and the addresses they are open at. */
  published: {address: string; port: number}[];
  readOnlyRoot: boolean;
  /** It is paused, or its network was taken from it: only a new container helps. */
  broken: boolean;
  status: InstanceStatus;
}

/** Every container of the stack in this state folder, running or not, in start order. One that goes meanwhile is gone. */
export async function containersOf(docker: Docker, stateFolder: string): Promise<Container[]> {
  const names = folderNames(stateFolder);
  const all = await docker.listContainers({all: true, filters: {label: [labels.folder]}});
  const listed = all.filter(({Labels}) => names.includes(Labels[labels.folder] ?? ''));
  const inspected = await Promise.all(listed.map(({Id}) => inspect(docker, Id)));
  return inspected
    .filter((info) => info !== null)
    .map(describe)
    .sort((a, b) => a.order - b.order);
}

async function inspect(docker: Docker, id: string): Promise<Docker.ContainerInspectInfo | null> {
  try {
    return await docker.getContainer(id).inspect();
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** The engine's 404. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 404;
}

function describe(info: Docker.ContainerInspectInfo): Container {
  const label = (name: string) => info.Config.Labels[name] ?? '';
  const bindings = Object.values(info.HostConfig.PortBindings ?? {}) as (Binding[] | null)[];
  return {
    id: info.Id,
    imageId: info.Image,
    imageOf: label(labels.image),
    definition: label(labels.definition),
    artifact: label(labels.artifact) || null,
    order: Number(label(labels.order)),
    published: bindings.flatMap((ports) => ports ?? []).map(asPublished),
    readOnlyRoot: info.HostConfig.ReadonlyRootfs === true,
    broken: info.State.Paused || isCutOff(info),
    status: {
      name: label(labels.instance),
      service: label(labels.service),
      role: label(labels.role),
      url: label(labels.url),
      state: isCutOff(info) ? 'unhealthy' : stateOf(info.State),
      pid: info.State.Pid === 0 ? null : info.State.Pid,
      startedAtMs: info.State.Running ? Date.parse(info.State.StartedAt) : null,
      restarts: info.RestartCount,
      lastExit: lastExit(info.State),
      problem: problemOf(info),
      version: label(labels.version),
    },
  };
}

interface Binding {
  HostIp?: string;
  HostPort?: string;
}

/** No address is every address. */
function asPublished({HostIp, HostPort}: Binding): {address: string; port: number} {
  return {address: HostIp === undefined || HostIp === '' ? '0.0.0.0' : HostIp, port: Number(HostPort)};
}

function stateOf({Status, Health}: Docker.ContainerInspectInfo['State']): InstanceState {
  if (Status === 'running') return (Health?.Status ?? 'healthy') as 'starting' | 'healthy' | 'unhealthy';
  if (Status === 'restarting') return 'restarting';
  if (Status === 'removing') return 'stopping';
  return Status === 'paused' ? 'unhealthy' : 'stopped';
}

/** Its own health check goes on to pass: it looks from inside. */
function isCutOff({State, NetworkSettings}: Docker.ContainerInspectInfo): boolean {
  return State.Running && Object.keys(NetworkSettings.Networks).length === 0;
}

function problemOf(info: Docker.ContainerInspectInfo): string | null {
  const {Status, ExitCode, OOMKilled, Error: reason} = info.State;
  if (Status === 'paused') return 'it is paused';
  if (isCutOff(info)) return 'it is attached to no network';
  if (Status === 'created') return `it was made but not started${reason === '' ? '' : `: ${reason}`}`;
  if (Status !== 'exited' && Status !== 'dead') return null;
  if (OOMKilled) return 'it ran out of memory';
  if (reason !== '') return `it ended with exit code ${ExitCode}: ${reason}`;
  // As a command that stops it ends it.
  return ExitCode === 0 ? null : `it ended with exit code ${ExitCode}`;
}

/** The engine says `0001-01-01` of a container that never ended. */
function lastExit({FinishedAt, ExitCode}: Docker.ContainerInspectInfo['State']): InstanceStatus['lastExit'] {
  const atMs = Date.parse(FinishedAt);
  return atMs > 0 ? {code: ExitCode, signal: null, atMs} : null;
}
