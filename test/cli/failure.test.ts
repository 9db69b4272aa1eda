import {Errors} from '@oclif/core';
import {expect, it} from 'vitest';
import {describeFailure} from '../../src/cli/failure.js';

it.each([
  ['Parsing --repeat \n\tExpected an integer but received: abc', '--repeat: expected an integer but received: abc'],
  [
    'The following error occurred:\n  --url=x cannot also be provided when using --save',
    '--url=x cannot also be provided when using --save',
  ],
  ['Unexpected argument: extra\nSee more help with --help', 'Unexpected argument: extra'],
])('what the parser says of a flag is one line: %j', (said, message) => {
  expect(describeFailure(new Errors.CLIError(said))).toMatchObject({code: 'USAGE', exitCode: 2, message});
});
