import type Docker from 'dockerode';
import {SutraError} from '../../errors.js';
import type {LogLine} from '../runtime.js';
import {followLogLines, lastLogLines} from './container-logs.js';
import {type Container, containersOf} from './containers.js';
import {merge} from './merge-lines.js';

export interface LogsWanted {
  docker: Docker;
  stateFolder: string;
  /** Of instances or services; all where there are none. */
  names: string[];
  tail: number;
  follow: boolean;
  signal: AbortSignal;
}

/** The last lines of each container, then those that come. Throws USAGE for a name that has no log. */
export async function* containerLogs(wanted: LogsWanted): AsyncIterable<LogLine> {
  const {docker, tail, follow, signal} = wanted;
  const chosen = choose(await containersOf(docker, wanted.stateFolder), wanted.names);
  for (const {id, status} of chosen) {
    for (const text of await lastLogLines(docker.getContainer(id), tail)) yield {instance: status.name, text};
  }
  if (!follow || signal.aborted) return;
  yield* merge(chosen.map(({id, status}) => named(status.name, followLogLines(id, signal))));
}

async function* named(instance: string, lines: AsyncIterable<string>): AsyncIterable<LogLine> {
  for await (const text of lines) yield {instance, text};
}

function choose(containers: Container[], names: string[]): Container[] {
  if (names.length === 0) return containers;
  return names.flatMap((name) => {
    const matching = containers.filter(({status}) => status.name === name || status.service === name);
    if (matching.length > 0) return matching;
    const all = containers.map(({status}) => status.name).join(', ');
    throw new SutraError('USAGE', `there is no container "${name}" in this stack`, {
      cure: all === '' ? 'deploy a stack first: sutra deploy' : `choose of: ${all}`,
    });
  });
}
