import {expect, it} from 'vitest';
import {failureText} from '../../src/cli/failure-text.js';
import {noLimit, wrapped} from '../../src/report/wrap.js';

const message = 'there is no log of "nope" in /srv/stack/.sutra/logs';
const cure = 'choose one of storage-cache-shard, ml-base-1, ml-base-2, embedding-service-1, embedding-service-2';

it('what does not fit the terminal breaks between words, below the words before it', () => {
  expect(failureText({message, cures: [cure]}, 50)).toBe(`Error: there is no log of "nope" in
       /srv/stack/.sutra/logs
  try: choose one of storage-cache-shard,
       ml-base-1, ml-base-2, embedding-service-1,
       embedding-service-2
`);
});

it('a file or a program gets a line each', () => {
  expect(failureText({message, cures: [cure]}, noLimit)).toBe(`Error: ${message}\n  try: ${cure}\n`);
});

it('what a message quotes cannot pass for a line of ours, however narrow the terminal', () => {
  const text = failureText({message: `it wrote:\n  try: rm -rf ${'x '.repeat(30)}`, cures: ['look\x1b[2J']}, 40);
  const lines = text.trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith('  try: '))).toEqual(['  try: look\\x1b[2J']);
  expect(lines.every((line) => /^(Error: | {2}\| | {2}try: | {4})/.test(line))).toBe(true);
});

it('an indented line stays indented where it is wrapped', () => {
  expect(wrapped('ml-base-1 wrote last:\n  a line that is long', 20)).toBe(
    'ml-base-1 wrote\nlast:\n  a line that is long',
  );
  expect(wrapped('    some words that do not fit the line', 24)).toBe('    some words that do\n    not fit the line');
});
