import type {Hook} from '@oclif/core';
import {failures} from '../errors.js';
import {nearestName} from '../nearest-name.js';
import {oneLine} from '../printable.js';
import {columns} from './columns.js';
import {failureText} from './failure-text.js';

/** A mistyped command is a usage error like any other, with the nearest one that exists. */
const commandNotFound: Hook.CommandNotFound = ({config, id}) => {
  const typed = id.replaceAll(':', ' ');
  const known = config.commandIDs.map((command) => command.replaceAll(':', ' '));
  const failure = surplusArgument(typed, known) ?? unknownCommand(typed, known);
  process.stderr.write(failureText(failure, columns(process.stderr)));
  process.exit(failures.USAGE.exit);
};

/** `start ml-base-1`: the parser takes an argument that a command does not have for a part of its name. */
function surplusArgument(typed: string, known: string[]) {
  const command = known.findLast((name) => typed.startsWith(`${name} `));
  if (command === undefined) return null;
  const argument = oneLine(typed.slice(command.length + 1));
  return {message: `sutra ${command} takes no argument: "${argument}"`, cures: [`sutra ${command} --help`]};
}

function unknownCommand(typed: string, known: string[]) {
  const nearest = nearestName(typed, known);
  const cure = nearest === null ? 'sutra --help lists the commands' : `sutra ${nearest}`;
  return {message: `unknown command "${oneLine(typed)}"`, cures: [cure]};
}

export default commandNotFound;
