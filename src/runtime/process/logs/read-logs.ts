import {readdirSync} from 'node:fs';
import {SutraError} from '../../../errors.js';
import type {System} from '../../../system/system.js';
import type {LogLine, LogOptions} from '../../runtime.js';
import {logPath, type StackFolder} from '../../stack-folder.js';
import {readDesiredOrNull} from '../desired-file.js';
import {followLog} from './log-follower.js';
import {lastLines} from './log-tail.js';
import {linesSince, type TimedLine, timed} from './log-time.js';

const pollMs = 200;

/**
 * The last lines of each instance named, by its own name or its service's (none: all), then those that come, until the
 * signal aborts; that ends the lines, it is no error. Throws USAGE for a name that has no log.
 */
export async function* readLogs(
  system: System,
  folder: StackFolder,
  names: string[],
  options: LogOptions,
): AsyncIterable<LogLine> {
  const instances = instancesNamed(folder, names);
  const logs = instances.map((instance) => ({instance, follower: followLog(logPath(folder, instance))}));
  for (const instance of instances) {
    for (const line of firstLines(logPath(folder, instance), options)) yield {instance, ...line};
  }
  while (options.follow && !options.signal.aborted) {
    for (const {instance, follower} of logs) {
      for (const text of follower.read()) yield {instance, ...timed(text)};
    }
    try {
      await system.clock.sleep(pollMs, options.signal);
    } catch {
      return;
    }
  }
}

function firstLines(path: string, {tail, sinceMs}: LogOptions): TimedLine[] {
  if (sinceMs === undefined) return lastLines(path, tail).map(timed);
  return tail === 0 ? [] : linesSince(path, sinceMs).slice(-tail);
}

function instancesNamed(folder: StackFolder, names: string[]): string[] {
  const specs = readDesiredOrNull(folder)?.instances.map(({spec}) => spec) ?? [];
  const known = specs.map(({name}) => name);
  const logged = logsIn(folder).filter((name) => !known.includes(name));
  if (names.length === 0) return known.length > 0 ? known : logged.filter((name) => name !== 'supervisor');
  return names.flatMap((name) => {
    const matching = specs.filter((spec) => spec.name === name || spec.service === name).map((spec) => spec.name);
    if (matching.length > 0) return matching;
    if (logged.includes(name)) return [name];
    const all = [...known, ...logged].join(', ');
    throw new SutraError('USAGE', `there is no log of "${name}" in ${folder.logs}`, {
      cure: all === '' ? 'deploy a stack first: sutra deploy' : `choose one of ${all}`,
    });
  });
}

function logsIn(folder: StackFolder): string[] {
  try {
    return readdirSync(folder.logs).flatMap((file) => (file.endsWith('.log') ? file.slice(0, -'.log'.length) : []));
  } catch {
    return [];
  }
}
