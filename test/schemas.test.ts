import {expect, it} from 'vitest';
import {z} from 'zod';
import {baselineSchema} from '../src/decision/baseline.js';
import {evidenceSchema} from '../src/decision/evidence.js';
import {matrixSchema} from '../src/decision/matrix-schema.js';
import {benchReportSchema} from '../src/experiment/bench/bench-report.js';

const published = {
  matrix: matrixSchema,
  evidence: evidenceSchema,
  baseline: baselineSchema,
  bench: benchReportSchema,
};

it.each(Object.entries(published))('schemas/%s.schema.json is what the code says', async (name, schema) => {
  const json = z.toJSONSchema(schema, {target: 'draft-2020-12'});
  const file = `../schemas/${name}.schema.json`;
  await expect(`${JSON.stringify({title: `sutra ${name}`, ...json}, null, 2)}\n`).toMatchFileSnapshot(file);
});
