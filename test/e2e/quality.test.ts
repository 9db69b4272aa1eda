import {cp, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {evidenceSchema} from '../../src/decision/evidence.js';
import {benchReportSchema} from '../../src/experiment/bench/bench-report.js';
import {measureQuality} from '../../src/experiment/quality/measure-quality.js';
import {offsetFlags} from '../support/ports.js';
import {deployStack, type StackFolder, stackFolder} from '../support/stack.js';

test('nomic cut to 256 numbers keeps the order of likeness and most of the neighbours', async () => {
  await using stack = await deployStack([
    ...['--topology', 'direct', '--no-cache', '--model', 'nomic-embed-text-v1.5'],
    ...['--project', 'quality', ...(await offsetFlags())],
  ]);
  const signal = AbortSignal.timeout(200_000);
  const kept = await measureQuality(stack.report.urls.api, {dimension: 256, fullDimension: 768, signal});
  process.stdout.write(`256 of 768: ${JSON.stringify(kept)}\n`);
  expect(kept.rankAgreement).toBeGreaterThanOrEqual(0.95);
  expect(kept.neighboursKept).toBeGreaterThanOrEqual(0.8);
});

test('the matrix of dimensions measures each width that can be had, and knows nothing of the others', async () => {
  await using folder = stackFolder();
  const {exitCode, json} = await folder.run([
    ...[
      'bench',
      'matrix',
      '--options',
      'dimensions',
      '--repeats',
      '1',
      '--quick',
      '--model',
      await modelOfManyWidths(folder),
    ],
    ...['--duration', '1s', '--warmup', '200ms', ...(await offsetFlags()), '--json'],
  ]);
  const {matrix, evidence} = benchReportSchema.parse(json);
  expect(exitCode).toBe(11);
  const record = evidenceSchema.parse(JSON.parse(await readFile(evidence ?? '', 'utf8')));
  const keptBy = (id: string, criterion: string) => {
    const found =
      record.kind === 'bench' ? record.options.find((option) => option.id === id)?.measured[criterion] : undefined;
    return found?.kind === 'exact' ? found.value : Number.NaN;
  };
  expect(keptBy('256', 'rank-agreement')).toBeGreaterThan(0.9);
  for (const criterion of ['rank-agreement', 'neighbours-kept']) {
    const [wide, middle, narrow] = ['256', '128', '64'].map((id) => keptBy(id, criterion));
    expect(wide).toBeLessThan(1);
    expect(middle).toBeLessThan(wide ?? 0);
    expect(narrow).toBeLessThan(middle ?? 0);
    expect(keptBy('768', criterion)).toBeNaN();
  }
  const verdicts = matrix?.rows.map(({option, cells}) => [
    option,
    cells[1]?.criterion,
    cells[1]?.verdict === 'unknown',
  ]);
  expect(verdicts).toEqual([
    ['768', 'rank-agreement', true],
    ['512', 'rank-agreement', true],
    ['256', 'rank-agreement', false],
    ['128', 'rank-agreement', false],
    ['64', 'rank-agreement', false],
  ]);
  expect(matrix?.rows[0]?.reason).toBe(
    'succeeded, rank agreement, neighbours kept, rate, p50, p99: option 768: test/many-widths does not offer dimension 768',
  );
});

/** The fast model in a folder of its own, whose owner vouches for shorter widths. */
async function modelOfManyWidths(folder: StackFolder): Promise<string> {
  await folder.run(['model', 'pull', 'all-MiniLM-L6-v2-int8']);
  const {json} = await folder.run(['model', 'path', 'all-MiniLM-L6-v2-int8', '--json']);
  const model = join(folder.path, 'many-widths');
  await cp((json as {folder: string}).folder, model, {recursive: true});
  const path = join(model, 'sutra-model.json');
  const entry = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({...entry, id: 'test/many-widths', dimensions: [384, 256, 128, 64]}));
  return model;
}
