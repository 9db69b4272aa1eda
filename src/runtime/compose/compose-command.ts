import {join} from 'node:path';
import {composeFile} from '../../render/compose/compose.js';

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
  return ['docker', ['compose', '--project-name', project, '--file', file, '--progress', 'plain', ...args]];
}
