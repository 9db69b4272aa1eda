import {join} from 'node:path';
import {composeFile} from '../../render/compose/compose-file.js';

/** A program and its arguments. */
export type Command = [program: string, args: string[]];

/** Names of a Compose project and the folder its file lies in. */
export interface ComposeProject {
  project: string;
  stateFolder: string;
}

/** Creates what is not there and replaces what differs; the engine sends the stop signal and waits the grace period. */
export function upCommand(compose: ComposeProject, names: string[]): Command {
  return fromFile(compose, ['up', '--detach', '--no-deps', '--no-build', '--pull', 'never', '--no-color', ...names]);
}

function fromFile({project, stateFolder}: ComposeProject, args: string[]): Command {
  const file = join(stateFolder, composeFile);
  // The file is whole as it is: a .env file of the folder the command is typed in has no part in it.
  const source = ['--project-name', project, '--file', file, '--env-file', '/dev/null'];
  return ['docker', ['compose', ...source, '--progress', 'plain', ...args]];
}
