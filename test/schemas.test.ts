import {expect, it} from 'vitest';
import {z} from 'zod';
import {baselineSchema} from '../src/decision/baseline.js';
import {evidenceSchema} from '../src/decision/evidence.js';
import {matrixSchema} from '../src/decision/matrix-schema.js';
import {benchReportSchema} from '../src/experiment/bench/bench-report.js';
import {capacityReportSchema} from '../src/experiment/bench/capacity-report.js';
import {sampleRun} from './support/sample-run.js';

const published = {
  matrix: matrixSchema,
  evidence: evidenceSchema,
  baseline: baselineSchema,
  bench: benchReportSchema,
  capacity: capacityReportSchema,
};

it('what a bench prints is what its schema says', () => {
  const run = sampleRun({seed: 4, medianMs: 5, perSecond: 50, seconds: 3, failing: [1]});
  const thresholds = [{threshold: 'p99<50ms', measured: 12.5, verdict: 'pass' as const}];
  const printed = {schemaVersion: 1 as const, verdict: 'pass' as const, reason: 'held', thresholds, runs: [run]};
  expect(benchReportSchema.parse(JSON.parse(JSON.stringify(printed)))).toEqual(printed);
});

it.each(Object.entries(published))('schemas/%s.schema.json is what the code says', async (name, schema) => {
  const json = z.toJSONSchema(schema, {target: 'draft-2020-12'});
  const file = `../schemas/${name}.schema.json`;
  await expect(`${JSON.stringify({title: `sutra ${name}`, ...json}, null, 2)}\n`).toMatchFileSnapshot(file);
});
