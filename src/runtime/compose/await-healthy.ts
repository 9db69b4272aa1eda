import type Docker from 'dockerode';
import {SutraError} from '../../errors.js';
import {pollUntil} from '../../system/poll.js';
import type {System} from '../../system/system.js';
import type {UpOptions} from '../runtime.js';
import {lastLogLines} from './containers/container-logs.js';
import {type Container, containersOf} from './containers/containers.js';

const firstPauseMs = 200;
const longestPauseMs = 1_000;
/** A model is loaded, and the engine may look only every five seconds. */
const startDeadlineMs = 120_000;
/** So often may the engine start a container again before it is given up on. */
const restartsAllowed = 2;
const shownLines = 15;

export interface Waiting {
  system: System;
  docker: Docker;
  stateFolder: string;
  options: UpOptions;
  /** The state each container was last reported in, so that nothing is said twice. */
  told: Map<string, string>;
}

/** Returns when every container named is healthy. Throws START_FAILED, with the last lines of the one that is not. */
export async function awaitHealthy(waiting: Waiting, names: string[]): Promise<void> {
  const {system, docker, stateFolder, options} = waiting;
  const {clock} = system;
  const {signal} = options;
  const restartsBefore = new Map<string, number>();
  let containers: Container[] = [];
  let missing = names;
  const look = async () => {
    containers = (await containersOf(docker, stateFolder)).filter(({status}) => names.includes(status.name));
    tell(waiting, containers);
    const failed = containers.find((container) => isFailed(container, restartsBefore));
    if (failed !== undefined) throw await startFailure(docker, failed, 'it keeps exiting');
    const healthy = new Set(containers.flatMap(({status}) => (status.state === 'healthy' ? [status.name] : [])));
    missing = names.filter((name) => !healthy.has(name));
    return missing.length === 0 ? true : null;
  };
  if (await pollUntil(look, {clock, signal, withinMs: startDeadlineMs, firstPauseMs, longestPauseMs})) return;
  throw await tooLong(docker, containers, missing);
}

function tell({options, told}: Waiting, containers: Container[]): void {
  for (const {status} of containers) {
    if (told.get(status.name) !== status.state) options.onChange?.(status);
    told.set(status.name, status.state);
  }
}

/** `restartsBefore` remembers what was first seen: a container may have been started again in an earlier life. */
function isFailed({status}: Container, restartsBefore: Map<string, number>): boolean {
  const before = restartsBefore.get(status.name) ?? status.restarts;
  restartsBefore.set(status.name, before);
  return status.state === 'stopped' || status.restarts - before >= restartsAllowed;
}

async function tooLong(docker: Docker, containers: Container[], missing: string[]): Promise<SutraError> {
  const first = containers.find(({status}) => missing.includes(status.name));
  return first === undefined
    ? notThere(missing)
    : await startFailure(docker, first, `not healthy after ${startDeadlineMs / 1_000} s`);
}

function notThere(names: string[]): SutraError {
  return new SutraError('START_FAILED', `the engine did not create ${names.join(', ')}`, {cure: 'docker compose ls'});
}

async function startFailure(docker: Docker, {id, status}: Container, cause: string): Promise<SutraError> {
  const lines = await lastLogLines(docker.getContainer(id), shownLines);
  const ended = status.lastExit === null ? '' : ` (it ended with exit code ${status.lastExit.code})`;
  const output = lines.length === 0 ? ['it wrote no output'] : ['its last lines:', ...lines.map((line) => `  ${line}`)];
  const message = [`${status.name} did not start: ${cause}${ended}; ${output[0]}`, ...output.slice(1)].join('\n');
  return new SutraError('START_FAILED', message, {
    cure: `sutra logs ${status.name}`,
    details: {instance: status.name, cause, lines},
  });
}
