import type {Hook} from '@oclif/core';
import {failures} from '../errors.js';
import {nearestName} from '../nearest-name.js';
import {oneLine} from '../printable.js';
import {columns} from './columns.js';
import {failureText} from './failure-text.js';

/** A mistyped command is a usage error like any other, with the nearest one that exists. */
const commandNotFound: Hook.CommandNotFound = ({config, id}) => {
  const typed = id.replaceAll(':', ' ');
  const nearest = nearestName(
    typed,
    config.commandIDs.map((known) => known.replaceAll(':', ' ')),
  );
  const cure = nearest === null ? 'sutra --help lists the commands' : `sutra ${nearest}`;
  const failure = {message: `there is no command "${oneLine(typed)}"`, cures: [cure]};
  process.stderr.write(failureText(failure, columns(process.stderr)));
  process.exit(failures.USAGE.exit);
};

export default commandNotFound;
