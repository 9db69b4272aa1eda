import type Docker from 'dockerode';
import {SutraError} from '../../../errors.js';
import type {LogLine, LogOptions} from '../../runtime.js';
import {followLogLines, lastTimedLines, type TimedLine} from './container-logs.js';
import {type Container, containersOf} from './containers.js';
import {merge} from './merge-lines.js';

export interface LogsWanted extends LogOptions {
  docker: Docker;
  stateFolder: string;
  /** Of instances or services; all where there are none. */
  names: string[];
}

/** The last lines of each container, then those that come. Throws USAGE for a name that has no log. */
export async function* containerLogs(wanted: LogsWanted): AsyncIterable<LogLine> {
  const {docker, follow, signal} = wanted;
  const chosen = choose(await containersOf(docker, wanted.stateFolder), wanted.names);
  for (const {id, status} of chosen) {
    for (const line of await lastTimedLines(docker.getContainer(id), wanted)) yield {instance: status.name, ...line};
  }
  if (!follow || signal.aborted) return;
  yield* merge(chosen.map(({id, status}) => named(status.name, followLogLines(id, signal))));
}

async function* named(instance: string, lines: AsyncIterable<TimedLine>): AsyncIterable<LogLine> {
  for await (const line of lines) yield {instance, ...line};
}

function choose(containers: Container[], names: string[]): Container[] {
  if (names.length === 0) return containers;
  return names.flatMap((name) => {
    const matching = containers.filter(({status}) => status.name === name || status.service === name);
    if (matching.length > 0) return matching;
    const all = containers.map(({status}) => status.name).join(', ');
    throw new SutraError('USAGE', `there is no container "${name}" in this stack`, {
      cure: all === '' ? 'deploy a stack first: sutra deploy' : `choose one of ${all}`,
    });
  });
}
