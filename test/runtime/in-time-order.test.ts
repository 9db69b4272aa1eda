import {expect, it} from 'vitest';
import {inTimeOrder} from '../../src/runtime/in-time-order.js';

const line = (instance: string, second: number | null, text: string) => ({
  instance,
  at: second === null ? null : `2026-01-01T00:00:0${second}.000Z`,
  text,
});

it('lines of several instances come in the order they were written', () => {
  const lines = [
    line('ml-base-1', 1, 'first'),
    line('ml-base-1', 4, 'fourth'),
    line('ml-base-2', 2, 'second'),
    line('ml-base-2', 3, 'third'),
  ];
  expect(inTimeOrder(lines).map(({text}) => text)).toEqual(['first', 'second', 'third', 'fourth']);
});

it('what was written at one time, or at no time that is known, stays in its instance’s order', () => {
  const lines = [
    line('ml-base-1', null, 'before all'),
    line('ml-base-1', 2, 'an error'),
    line('ml-base-1', null, '  its stack'),
    line('ml-base-1', 2, 'at once'),
    line('ml-base-2', 1, 'earlier'),
  ];
  expect(inTimeOrder(lines).map(({text}) => text)).toEqual([
    'before all',
    'earlier',
    'an error',
    '  its stack',
    'at once',
  ]);
});
