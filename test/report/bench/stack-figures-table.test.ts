import {expect, it} from 'vitest';
import {stackFiguresFacts, stackFiguresNotes, stackFiguresRow} from '../../../src/report/bench/stack-figures-table.js';

const refused = 'GET /cache/stats answered 429: {"error": {"code": "rate_limited"}}';
const figures = {
  'hit-rate': {kind: 'missing', reason: refused},
  hit: {kind: 'missing', reason: refused},
  miss: {kind: 'repeats', values: [40, 60, 50]},
  memory: {kind: 'repeats', values: [578]},
} as const;

it('a cell of a figure that is missing stays short, and the reason is told once below', () => {
  expect(stackFiguresRow(figures)).toMatch(/\nnot measured +not measured +50 ms +578 MB *$/);
  expect(stackFiguresNotes([figures, figures])).toEqual([`not measured: ${refused}`]);
  expect(stackFiguresNotes([{...figures, 'hit-rate': figures.miss, hit: figures.miss}])).toEqual([]);
});

it('a page has room for the reason', () => {
  expect(Object.fromEntries(stackFiguresFacts(figures))).toMatchObject({
    'one hit': `not measured: ${refused}`,
    'one miss': '50 ms',
  });
});
