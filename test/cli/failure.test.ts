import {readFileSync} from 'node:fs';
import {Errors} from '@oclif/core';
import {expect, it} from 'vitest';
import {describeFailure} from '../../src/cli/failure.js';

it.each([
  ['Parsing --repeat \n\tExpected an integer but received: abc', '--repeat: expected an integer but received: abc'],
  [
    'The following error occurred:\n  --url=x cannot also be provided when using --save',
    '--url=x cannot also be provided when using --save',
  ],
  ['All of the following must be provided when using --every: --watch', '--every needs --watch'],
  ['Unexpected argument: extra\nSee more help with --help', 'Unexpected argument: extra'],
])('what the parser says of a flag is one line: %j', (said, message) => {
  expect(describeFailure(new Errors.CLIError(said))).toMatchObject({code: 'USAGE', exitCode: 2, message});
});

it('an error of the system is told with its path and what to do, wherever it comes from', () => {
  const thrown = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return error as Error;
    }
    throw new Error('nothing was thrown');
  };
  const missing = thrown(() => readFileSync('/no-such-folder/file'));
  expect(describeFailure(missing)).toMatchObject({
    code: 'NOT_FOUND',
    exitCode: 2,
    message: '/no-such-folder/file: there is no folder /no-such-folder (ENOENT)',
    cures: expect.arrayContaining(['or make the folder: mkdir -p /no-such-folder']),
  });
  expect(describeFailure(new Error('a step failed', {cause: missing}))).toMatchObject({code: 'NOT_FOUND'});
  expect(describeFailure(new Error('a step failed'))).toMatchObject({code: 'INTERNAL', exitCode: 9});
});

const errnos: [string, string, number][] = [
  ['ENOENT', 'NOT_FOUND', 2],
  ['ENOTDIR', 'NOT_A_FOLDER', 2],
  ['EISDIR', 'NOT_A_FILE', 2],
  ['ELOOP', 'LINK_LOOP', 2],
  ['ENAMETOOLONG', 'NAME_TOO_LONG', 2],
  ['EACCES', 'PERMISSION', 3],
  ['EPERM', 'PERMISSION', 3],
  ['EROFS', 'READ_ONLY', 3],
  ['EMFILE', 'TOO_MANY_FILES', 3],
  ['EEXIST', 'IN_THE_WAY', 7],
  ['ENOSPC', 'NO_SPACE', 8],
  ['EIO', 'DISK_FAILED', 8],
];
it.each(errnos)('%s is %s and exits %i', (errno, code, exitCode) => {
  const error = Object.assign(new Error(errno), {code: errno, syscall: 'open', path: '/srv/x'});
  const failure = describeFailure(error);
  expect(failure).toMatchObject({code, exitCode, message: expect.stringContaining(`(${errno})`)});
  expect(failure.message).toContain('/srv/x');
  expect(failure.cures.length).toBeGreaterThan(0);
});

it('a full disk is told also by a write to an open file, and a program that is missing is no missing file', () => {
  const write = Object.assign(new Error('ENOSPC'), {code: 'ENOSPC', syscall: 'write'});
  expect(describeFailure(write)).toMatchObject({
    code: 'NO_SPACE',
    cures: [expect.stringContaining('df -h'), expect.any(String)],
  });
  const start = Object.assign(new Error('ENOENT'), {code: 'ENOENT', syscall: 'spawn haproxy', path: 'haproxy'});
  expect(describeFailure(start)).toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining('haproxy cannot be started'),
  });
  const descriptor = Object.assign(new Error('EBADF'), {code: 'EBADF', syscall: 'close'});
  expect(describeFailure(descriptor)).toMatchObject({code: 'INTERNAL'});
});
