import {type ChildProcess, spawn} from 'node:child_process';
import {appendFileSync, closeSync} from 'node:fs';
import {dirname} from 'node:path';
import type {ProcessSpec} from '../../../render/process-spec.js';
import {openToAppend} from '../../../system/files/open-to-append.js';
import {makeOwnFolder, setAsideUnless} from '../../../system/files/own-files.js';
import {identify} from '../../../system/process/process-identity.js';
import {logPath, type StackFolder} from '../../stack-folder.js';
import {marks} from '../marks.js';
import {processDigest} from '../process-digest.js';
import type {Running} from '../state-file.js';

/**
 * Starts a process that does not need its starter: a session and group of its own, its output straight into its log.
 * `running` is null when the program could not be started; the log then says why, and `exit` follows with code null.
 */
export function launch(folder: StackFolder, spec: ProcessSpec): {child: ChildProcess; running: Running | null} {
  const path = logPath(folder, spec.name);
  makeOwnFolder(dirname(path), 0o700);
  setAsideUnless('a file', path);
  const log = openToAppend(path);
  try {
    const child = spawn(spec.program, spec.args, {
      cwd: dirname(folder.path),
      detached: true,
      env: {...inheritedEnvironment(), ...spec.env, ...marksOf(folder, spec)},
      stdio: ['ignore', log, log],
    });
    child.once('error', (error) =>
      appendFileSync(path, `sutra: ${spec.program} could not be started: ${error.message}\n`),
    );
    child.unref();
    return {child, running: child.pid === undefined ? null : runningOf(spec, child.pid)};
  } finally {
    closeSync(log);
  }
}

/** What every process of a stack gets of the environment of the command that started it: nothing that changes answers. */
export function inheritedEnvironment(): Record<string, string> {
  const pairs = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_COMPILE_CACHE'].map(
    (name) => [name, process.env[name]] as const,
  );
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** The record of a process that was started from `spec`; null when it has ended already. */
function runningOf(spec: ProcessSpec, pid: number): Running | null {
  const identity = identify(pid);
  if (identity === null) return null;
  return {
    identity,
    digest: processDigest(spec),
    artifact: spec.artifact ?? null,
    reloadDigest: spec.reload?.digest ?? null,
    ports: spec.ports,
    stopSignal: spec.stopSignal,
    stopGraceMs: spec.stopGraceMs,
    startedAtMs: Date.now(),
  };
}

function marksOf(folder: StackFolder, spec: ProcessSpec): Record<string, string> {
  return {
    [marks.stack]: folder.path,
    [marks.instance]: spec.name,
    [marks.digest]: processDigest(spec),
    [marks.ports]: spec.ports.join(','),
    ...(spec.artifact === undefined ? {} : {[marks.artifact]: spec.artifact}),
    ...(spec.reload === undefined ? {} : {[marks.reload]: spec.reload.digest}),
  };
}
