import {expect, it} from 'vitest';
import {comparableRepeats, quickNotice} from '../../../src/cli/flags/repeats.js';

const asked = (repeats: number | undefined, quick = false) => comparableRepeats(repeats, {quick, flag: '--repeats'});

it('too few to be judged are refused before anything is measured, with both ways out', () => {
  expect(() => asked(9)).toThrowError(
    expect.objectContaining({
      code: 'USAGE',
      message: '--repeats 9: a comparison needs at least 10 repeats of each side',
      cures: ['--repeats 10', 'or --quick, for figures without a verdict'],
    }),
  );
  expect([asked(10), asked(undefined)]).toEqual([10, 10]);
});

it('--quick takes any number, three where none is given, and announces an unknown verdict', () => {
  expect([asked(1, true), asked(undefined, true), asked(12, true)]).toEqual([1, 3, 12]);
  expect(quickNotice(1)).toBe('Note: 1 repeat of each: too few for a comparison, the verdict will be unknown');
  expect(quickNotice(10)).toBe('');
});
