import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {loadTable, type ServiceRow} from '../../src/cli/views/stack-view.js';
import type {CheckResult} from '../../src/decision/check.js';
import {judgeClaims} from '../../src/decision/claim.js';
import {optionSets} from '../../src/experiment/bench/matrix/option-sets.js';
import {optionsMatrix} from '../../src/experiment/bench/matrix/options-matrix.js';
import {checks} from '../../src/experiment/validate/checks.js';
import {benchText} from '../../src/report/bench/bench-views.js';
import {capacityTable} from '../../src/report/bench/capacity-text.js';
import {checkHead, checkLine} from '../../src/report/check-lines.js';
import {claimsTable} from '../../src/report/claims-table.js';
import {matrixTable} from '../../src/report/matrix-table.js';
import {migrationHead, migrationLines} from '../../src/report/migration-lines.js';
import {plainPaints} from '../../src/report/paints.js';
import {textTable} from '../../src/report/table.js';
import {noLimit} from '../../src/report/wrap.js';
import {sampleRun} from '../support/sample-run.js';

const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '');

/** Every line fits, and every word that stands where there is no limit stands here too, uncut. */
function expectFits(render: (width: number) => string, width: number): string {
  const text = render(width);
  const tooLong = text.split('\n').filter((line) => stringWidth(line) > width);
  expect(tooLong).toEqual([]);
  return text;
}

/** The words of a sentence stand one after another, whatever lines they are on. */
function expectWhole(text: string, sentence: string): void {
  expect(wordsOf(text).join(' ')).toContain(wordsOf(sentence).join(' '));
}

const longReason =
  'computed by embedding-service-1, asked of embedding-service-2 100 times; 97 answers came from the cache, 3 were computed anew because the shard did not answer within 50 ms';
const check = (id: string): CheckResult => ({
  phase: 2,
  id,
  measured: '32.7 to 34.0',
  target: '<= 10, < a miss',
  unit: '% of requests',
  verdict: 'unknown',
  reason: longReason,
});

const medians = [41, 40.6, 12, 9.6];
const {options, claims: phaseClaims} = optionSets.phases;
const attempts = options.flatMap((option, index) =>
  Array.from({length: 10}, (_, round) => {
    const medianMs = medians[index] ?? 1;
    const run = sampleRun({seed: round * 10 + index, medianMs, perSecond: 40 + round, seconds: 4});
    return {option, round, run, failure: ''};
  }),
);
const matrix = optionsMatrix(optionSets.phases, attempts);
const claims = judgeClaims(phaseClaims, matrix);
const failed = optionsMatrix(optionSets.phases, [
  ...attempts.slice(1),
  ...options.slice(0, 1).map((option) => ({option, round: 0, run: null, failure: longReason})),
]);

const service: ServiceRow & {cpuPercent: number; memoryBytes: number; version: string} = {
  name: 'storage-cache-shard',
  role: 'load balancer',
  url: 'http://127.0.0.1:50052',
  state: 'restarting',
  pid: 4_194_304,
  restarts: 12,
  uptimeSeconds: 3_599,
  cpuPercent: 199.9,
  memoryBytes: 1.2e10,
  version: '0.1.0',
};

const bench = {
  verdict: 'unknown' as const,
  reason: longReason,
  thresholds: [{threshold: 'errors<1%', measured: 0, verdict: 'pass' as const}],
  runs: [sampleRun({seed: 1, medianMs: 1_234.5, perSecond: 1_000, seconds: 3})],
  matrix,
};

describe.each([80, 120])('in a terminal of %i columns', (width) => {
  it('every check of validate has its whole reason', () => {
    for (const id of checks.map((each) => each.id)) {
      const text = expectFits((columns) => checkLine(check(id), columns), width);
      expectWhole(text, `% of requests: ${longReason}`);
      for (const cell of [id, '32.7 to 34.0', '<= 10, < a miss']) expect(text).toContain(cell);
    }
    expectFits(checkHead, width);
  });

  it('cells of one column stand below each other', () => {
    const heads = checkHead(width).split('\n')[0] ?? '';
    for (const {id} of checks) {
      expect(checkLine(check(id), width).indexOf('<= 10')).toBe(heads.indexOf('TARGET'));
    }
  });

  it('every item of migrate has its whole reason', () => {
    const item = {
      ...{id: 'embeddings-identical', says: longReason, claim: 'cosine above 0.9999', measured: 0.99998},
      ...{verdict: 'unknown' as const, reason: longReason},
    };
    const [says, found] = migrationLines(item, width);
    for (const line of [says, found])
      expectWhole(
        expectFits(() => line, width),
        longReason,
      );
    expectFits(migrationHead, width);
  });

  it('a decision keeps every word, and every reason whole', () => {
    const text = expectFits((columns) => matrixTable(matrix, plainPaints, columns), width);
    const words = new Set(wordsOf(text));
    const free = wordsOf(matrixTable(matrix, plainPaints, noLimit)).filter((word) => word !== 'OPTION');
    // In a block, head and unit are one line with a comma between.
    for (const word of free)
      expect(
        [...words].some((shown) => shown === word || shown === `${word},`),
        word,
      ).toBe(true);
    expectWhole(text, matrix.reason);
    const broken = expectFits((columns) => matrixTable(failed, plainPaints, columns), width);
    expectWhole(broken, failed.reason);
  });

  it('claims keep every word', () => {
    const text = expectFits((columns) => claimsTable(claims, plainPaints, columns), width);
    for (const {measured, remark = '', source} of claims) {
      for (const part of [measured, remark, source]) expectWhole(text, part);
    }
  });

  it('a bench fits', () => {
    const text = expectFits((columns) => benchText(bench, plainPaints, columns), width);
    expectWhole(text, longReason);
  });

  it('the trials of find-capacity fit', () => {
    const fromCache = {kind: 'exact' as const, value: 97.2};
    const trial = {ratePerSecond: 20_000, confirms: true, verdict: 'unknown' as const, reason: longReason, fromCache};
    const [run] = bench.runs;
    if (run === undefined) throw new Error('no run');
    const text = expectFits((columns) => capacityTable([{...trial, run}], columns), width);
    expectWhole(text, `20000/s unknown: ${longReason}`);
  });

  it('the services of a stack keep name, state and address', () => {
    const text = expectFits((columns) => loadTable([service], columns), width);
    for (const cell of ['storage-cache-shard', 'restarting', 'http://127.0.0.1:50052', '12000 MB', '59m 59s']) {
      expect(text).toContain(cell);
    }
  });
});

describe('a table', () => {
  const head = ['NAME', 'ROLE', 'NOTE'];
  const rows = [['a', 'cache', 'first second third']];

  it('leaves out optional columns one by one, and none while there is room', () => {
    const limits = {optional: ['ROLE', 'NOTE']};
    expect(textTable(head, rows, {...limits, width: 31})).toContain('ROLE');
    expect(textTable(head, rows, {...limits, width: 30}).split('\n')[0]).toBe('NAME  NOTE');
    expect(textTable(head, rows, {...limits, width: 20})).toBe('NAME\na');
  });

  it('is a block a row where what must stay is too wide', () => {
    expect(textTable(head, [...rows, ['b', '', 'x']], {width: 30})).toBe(
      'a\n  ROLE  cache\n  NOTE  first second third\n\nb\n  NOTE  x',
    );
  });
});
