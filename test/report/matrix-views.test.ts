import {readFile} from 'node:fs/promises';
import {expect, it} from 'vitest';
import {judgeClaims} from '../../src/decision/claim.js';
import type {Gate, Score} from '../../src/decision/criterion.js';
import {decide} from '../../src/decision/decide.js';
import type {Measured} from '../../src/decision/option-evidence.js';
import {claimsMarkdown, claimsTable} from '../../src/report/claims-table.js';
import {markdownTable} from '../../src/report/markdown-table.js';
import {matrixMarkdown} from '../../src/report/matrix-markdown.js';
import {matrixTable} from '../../src/report/matrix-table.js';
import {plainPaints} from '../../src/report/paints.js';

const succeeded: Gate = {
  kind: 'gate',
  id: 'succeeded',
  title: 'succeeded',
  unit: '%',
  target: {compare: '=', limit: 100},
  of: 'every',
};
const p99: Score = {kind: 'score', id: 'p99', title: 'p99', unit: 'ms', better: 'lower', weight: 3, marginRatio: 0.05};
const rate: Score = {...p99, id: 'rate', title: 'rate', unit: 'texts/s', better: 'higher', weight: 1};
const around = (middle: number): Measured => ({
  kind: 'repeats',
  values: [-10, -8, -5, -3, -1, 1, 3, 5, 8, 10].map((step) => middle * (1 + step / 1_000)),
});
const all: Measured = {kind: 'repeats', values: Array.from({length: 10}, () => 100)};
const matrix = decide({
  title: 'replicas',
  purpose: 'choose',
  criteria: [succeeded, p99, rate],
  options: [
    {id: '1', title: '1 replica', measured: {succeeded: all, p99: around(100), rate: around(100)}},
    {id: '2', title: '2 replicas', measured: {succeeded: all, p99: around(50), rate: around(60)}},
    {id: '3', title: '3 replicas', measured: {succeeded: around(99), p99: around(20), rate: around(100)}},
  ],
  baseline: '1',
});
const claims = judgeClaims(
  [{option: '2', criterion: 'rate', printed: '2x', value: 2, of: 'times baseline', source: 'seed'}],
  matrix,
);

it('the table of a terminal', () => {
  expect(`\n${matrixTable(matrix, plainPaints)}\n`).toMatchInlineSnapshot(`
    "
    OPTION      SUCCEEDED            P99                   RATE                  SCORE   VERDICT
                %, must be = 100     ms, weight 3          texts/s, weight 1     of 100
    1 replica   ✔ 100 n=10           100 [99.2, 101] n=10  100 [99.2, 101] n=10  62.5    ✔ pass
    (baseline)
    2 replicas  ✔ 100 n=10           50 [49.6, 50.4] n=10  60 [59.5, 60.5] n=10  90      ✔ pass
                                     -50 % p<0.001         -40 % p<0.001
    3 replicas  ✖ 98 [98, 100] n=10  20 [19.8, 20.2] n=10  100 [99.2, 101] n=10  -       ✖ fail
                                     -80 % p<0.001         ~ p=1

    PASS: 2 replicas scores 90 of 100, 1 replica 62.5; most of the lead is p99
    Recommended: 2 replicas
    1 replica wins if the weight of rate rises from 25 % to 55.6 % of all.
    ✖ 3 replicas: succeeded: 10 of 10 repeats are not = 100
    Median [95 % interval] of n repeats; for a gate on each repeat, the worst value [range]. Differences to the baseline: Mann-Whitney test, corrected over the criteria (Holm), at 0.05; ~ is noise; fewer than 10 repeats get no verdict.
    "
  `);
});

it('the worked example of docs/decision.md is this table', async () => {
  const page = await readFile(new URL('../../docs/decision.md', import.meta.url), 'utf8');
  const [table = ''] = matrixTable(matrix, plainPaints).split('\nMedian');
  expect(page).toContain(`\n${table}\n`);
});

it('text cannot end a cell of a Markdown table', () => {
  expect(markdownTable(['a'], [['x | y\n<b>']])).toBe('| a |\n|---|\n| x \\| y &lt;b> |');
});

it('the table of a page', () => {
  expect(`\n${matrixMarkdown(matrix)}`).toMatchInlineSnapshot(`
    "
    ## replicas

    |  | succeeded (%, must be = 100) | p99 (ms, weight 3) | rate (texts/s, weight 1) | score | verdict |
    |---|---|---|---|---|---|
    | 1 replica (baseline) | ✔ 100 n=10 | 100 [99.2, 101] n=10 | 100 [99.2, 101] n=10 | 62.5 | ✔ pass |
    | 2 replicas | ✔ 100 n=10 | 50 [49.6, 50.4] n=10, -50 % p&lt;0.001 | 60 [59.5, 60.5] n=10, -40 % p&lt;0.001 | 90 | ✔ pass |
    | 3 replicas | ✖ 98 [98, 100] n=10 | 20 [19.8, 20.2] n=10, -80 % p&lt;0.001 | 100 [99.2, 101] n=10, ~ p=1 | - | ✖ fail |

    **pass**: 2 replicas scores 90 of 100, 1 replica 62.5; most of the lead is p99

    Recommended: **2 replicas**. 1 replica wins if the weight of rate rises from 25 % to 55.6 % of all.

    ✖ 3 replicas: succeeded: 10 of 10 repeats are not = 100

    Median [95 % interval] of n repeats; for a gate on each repeat, the worst value [range]. Differences to the baseline: Mann-Whitney test, corrected over the criteria (Holm), at 0.05; ~ is noise; fewer than 10 repeats get no verdict.
    "
  `);
});

it('claims stand beside what was measured', () => {
  expect(`\n${claimsTable(claims, plainPaints)}\n\n${claimsMarkdown(claims)}`).toMatchInlineSnapshot(`
    "
    OPTION  OF    CLAIMED  MEASURED  VERDICT        SOURCE  REMARK
    2       rate  2x       0.6x      does not hold  seed
    A claim holds if it lies in the 95 % interval measured here. The claims are from another machine and other texts: absolute figures compare two machines, only the factors (3x) compare two options.

    | option | of | claimed | measured | verdict | source | remark |
    |---|---|---|---|---|---|---|
    | 2 | rate | 2x | 0.6x | does not hold | seed |  |

    A claim holds if it lies in the 95 % interval measured here. The claims are from another machine and other texts: absolute figures compare two machines, only the factors (3x) compare two options.
    "
  `);
});

it('colours are given, and are where the words are', () => {
  const mark = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
  const paints = {good: mark('g'), bad: mark('b'), unsure: mark('u'), faint: mark('f'), strong: mark('s')};
  const table = matrixTable(matrix, paints);
  expect(table).toContain('<b>✖ fail</b>');
  expect(table).toContain('<g>-50 % p<0.001</g>');
  expect(table).toContain('Recommended: <s>2 replicas</s>');
});
