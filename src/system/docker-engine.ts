import type {Agent as HttpAgent} from 'node:http';
import {createRequire} from 'node:module';
import type Docker from 'dockerode';
import {z} from 'zod';
import {SutraError} from '../errors.js';
import {shownAddress} from '../shown-url.js';
import {systemFailure} from './files/file-failure.js';
import {runProgram} from './process/run-program.js';
import type {System} from './system.js';

/** A Docker engine that answers, and the Compose that drives it. */
export interface DockerEngine {
  docker: Docker;
  version: string;
  composeVersion: string;
}

/** The first Compose that starts by health and knows every key we write. */
export const oldestCompose = '2.20.0';
/** To be told that an engine is there, and for any question whose answer it has at hand. */
const answerMs = 5_000;
const questionMs = 30_000;
const orProcesses = 'or deploy with --runtime process, which needs no Docker';

// Loaded when an engine is asked: most commands over processes never do, and it brings 190 files.
const require = createRequire(import.meta.url);

export type EngineSearch = {engine: DockerEngine; missing: null} | {engine: null; missing: SutraError};

/** The engine for questions: one that does not answer is an error. Nothing is sent before a method is called. */
export function quickDocker(): Docker {
  return withOurErrors(client(questionMs));
}

/** The engine for what takes as long as it takes, a container's grace period or a stream of logs: pass a signal. */
export function patientDocker(): Docker {
  return withOurErrors(client());
}

/** The engine that DOCKER_HOST names is asked directly, never through a proxy: Node's default agents would do that. */
function client(timeoutMs?: number): Docker {
  refuseUnreachable(process.env.DOCKER_HOST ?? '');
  const Engine: typeof Docker = require('dockerode');
  const docker = new Engine(timeoutMs === undefined ? {} : {timeout: timeoutMs});
  const modem = modemSchema.parse(docker.modem);
  Object.assign(docker.modem, {agent: engineAgent(modem.protocol)});
  return docker;
}

/** One for the whole command, so that connections are used again. */
const agents: Partial<Record<'http' | 'https', HttpAgent>> = {};

function engineAgent(protocol: 'http' | 'https'): HttpAgent {
  // An import would load all that Node's client loads when it is needed, which takes 40 ms.
  agents[protocol] ??= new (process.getBuiltinModule(`node:${protocol}`).Agent)({keepAlive: true});
  return agents[protocol];
}

/** Refuses addresses that no engine of this machine has. Throws USAGE. */
function refuseUnreachable(dockerHost: string): void {
  const [, protocol] = /^([\w+.-]+):\/\//.exec(dockerHost) ?? [];
  if (protocol === undefined || ['unix', 'tcp', 'http', 'https', 'npipe'].includes(protocol)) return;
  const why = 'sutra mounts folders of this machine and probes its ports, so the engine must be on this machine';
  throw new SutraError('USAGE', `DOCKER_HOST=${shownAddress(dockerHost)} is not supported: ${why}`, {
    cure: ['run sutra on that machine', 'unset DOCKER_HOST, or set it to unix:///var/run/docker.sock', orProcesses],
  });
}

/**
 * An engine that goes away, or fails, in the middle of something is one of our errors whoever asked. What it refuses
 * (404: not there, 409: in the way) stays as it is, for the one who asked to understand.
 */
function withOurErrors(docker: Docker): Docker {
  const dial = docker.modem.dial.bind(docker.modem);
  docker.modem.dial = (request, answer) =>
    dial(request, (error, data) => answer?.(error instanceof Error ? asOurs(error) : error, data));
  return docker;
}

function asOurs(error: Error & {statusCode?: number}): Error {
  if (error.name === 'AbortError') return error;
  if (error.statusCode === undefined) return engineFailure(error, process.env.DOCKER_HOST);
  if (error.statusCode < 500) return error;
  return new SutraError('START_FAILED', `the Docker engine failed: ${error.message}`, {
    cure: ['docker info', 'see the engine log: journalctl -u docker'],
    cause: error,
  });
}

/** Asks the engine that DOCKER_HOST names, or the local one. What stands in the way is a result: `auto` goes on without. */
export async function findEngine(system: System): Promise<EngineSearch> {
  try {
    const version = versionSchema.parse(await client(answerMs).version()).Version;
    const composeVersion = await findCompose(system);
    return {engine: {docker: quickDocker(), version, composeVersion}, missing: null};
  } catch (error) {
    system.signal.throwIfAborted();
    return {engine: null, missing: error instanceof SutraError ? error : engineFailure(error, system.env.DOCKER_HOST)};
  }
}

/** The same, where there must be one. Throws TOOL_MISSING, TOOL_TOO_OLD or PERMISSION. */
export async function requireEngine(system: System): Promise<DockerEngine> {
  const {engine, missing} = await findEngine(system);
  if (engine === null) throw missing;
  return engine;
}

/** Name of the container that publishes a host port; null where there is none, or no engine to ask. */
export async function containerAt(hostPort: number): Promise<{name: string; labels: Record<string, string>} | null> {
  try {
    const running = await client(answerMs).listContainers();
    const found = running.find(({Ports}) => Ports.some(({PublicPort}) => PublicPort === hostPort));
    return found === undefined ? null : {name: found.Names[0]?.slice(1) ?? found.Id, labels: found.Labels};
  } catch {
    return null;
  }
}

/** Whether containers with a label are here; no engine has none. */
export function hasContainers(label: string): Promise<boolean> {
  return hasAny((docker) => docker.listContainers({all: true, filters: {label: [label]}}));
}

/** Whether volumes with a label are here; no engine has none. */
export function hasVolumes(label: string): Promise<boolean> {
  return hasAny(async (docker) => (await docker.listVolumes({filters: {label: [label]}})).Volumes);
}

async function hasAny(list: (docker: ReturnType<typeof client>) => Promise<unknown[]>): Promise<boolean> {
  try {
    return (await list(client(answerMs))).length > 0;
  } catch {
    return false;
  }
}

/** Its types tell nothing of its fields. */
const modemSchema = z.object({protocol: z.enum(['http', 'https'])});
const versionSchema = z.object({Version: z.string()});

async function findCompose(system: System): Promise<string> {
  const run = await runProgram(['docker', ['compose', 'version', '--short']], {
    timeoutMs: answerMs,
    signal: system.signal,
  });
  if (run === null) {
    throw new SutraError('TOOL_MISSING', 'a Docker engine answers, but the program docker is not on the PATH', {
      cure: ['install the docker command line with its compose plugin', 'or deploy with --runtime process'],
    });
  }
  if (run.exitCode !== 0) {
    throw new SutraError('TOOL_MISSING', `docker has no compose plugin (needed: ${oldestCompose} or newer)`, {
      cure: ['install the docker-compose-plugin package', 'or deploy with --runtime process'],
    });
  }
  const found = run.stdout.trim().replace(/^v/, '');
  if (isOlder(found, oldestCompose)) {
    throw new SutraError('TOOL_TOO_OLD', `docker compose is ${found}; ${oldestCompose} or newer is needed`, {
      cure: ['update the docker-compose-plugin package', 'or deploy with --runtime process'],
      details: {found, needed: oldestCompose},
    });
  }
  return found;
}

/** By major, minor and patch; what follows them (`2.26.1-4`) does not count. Text that is no version is older than any. */
export function isOlder(found: string, needed: string): boolean {
  const [a, b] = [numbers(found), numbers(needed)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at !== -1 && (a[at] ?? 0) < (b[at] ?? 0);
}

function numbers(version: string): number[] {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  return [1, 2, 3].map((group) => Number(parts?.[group] ?? 0));
}

function engineFailure(error: unknown, dockerHost: string | undefined): SutraError {
  // DOCKER_CERT_PATH names files.
  const failure =
    error instanceof Error && 'syscall' in error && error.syscall === 'open' ? systemFailure(error) : null;
  if (failure !== null) return failure;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const where =
    dockerHost === undefined || dockerHost === '' ? '/var/run/docker.sock' : `DOCKER_HOST=${shownAddress(dockerHost)}`;
  if (code === 'EACCES' || code === 'EPERM') {
    return new SutraError('PERMISSION', `no permission to talk to the Docker engine at ${where}`, {
      cure: ['sudo usermod -aG docker $USER, then log in again', orProcesses],
      cause: error,
    });
  }
  if (code === 'ECONNREFUSED') {
    return new SutraError('TOOL_MISSING', `the Docker engine at ${where} is stopped`, {
      cure: ['sudo systemctl start docker', orProcesses],
      cause: error,
    });
  }
  const message =
    code === 'ENOENT'
      ? `there is no Docker engine at ${where}`
      : `no Docker engine answers at ${where} (${code || String(error)})`;
  return new SutraError('TOOL_MISSING', message, {
    cure: ['install and start Docker: https://docs.docker.com/engine/install/', orProcesses],
    cause: error,
  });
}
