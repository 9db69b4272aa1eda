import {expect, it} from 'vitest';
import {changeLine} from '../../../src/cli/views/change-lines.js';

const model = {what: 'ml-base MODEL_NAME', before: 'sentence-transformers/all-MiniLM-L6-v2', after: 'nomic-ai/nomic'};

it('a change that does not fit goes on below its first word, not below its sign', () => {
  expect(changeLine({kind: 'changed', ...model}, 60)).toBe(
    '~ ml-base MODEL_NAME: sentence-transformers/all-MiniLM-L6-v2\n  -> nomic-ai/nomic',
  );
});

it.each([
  ['added', null, 'port 8894', '+ ml-base-4: port 8894'],
  ['removed', 'port 8894', null, '- ml-base-4: port 8894'],
] as const)('what is %s is one line', (kind, before, after, line) => {
  const plain = changeLine({kind, what: 'ml-base-4', before, after}, 80).replaceAll(/[^ -~]\[[\d;]*m/g, '');
  expect(plain).toBe(line);
});
