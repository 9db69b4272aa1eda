import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {largestDifference} from '../../src/stats/vectors.js';
import {embed} from '../e2e/embed-call.js';
import {embedLines} from '../e2e/embed-lines.js';
import {deployStack, repository} from '../support/stack.js';

const lineCount = 2_100;

test('on nomic a text of 2,100 lines goes through in batches, whole and in order', async () => {
  await using stack = await deployStack([
    ...['--edition', 'community', '--project', 'real-text', '--port-offset', '4500'],
  ]);
  const {api} = stack.report.urls;
  const text = readFileSync(join(repository, 'node_modules/openai/CHANGELOG.md'), 'utf8');
  const lines = text.split('\n').slice(0, lineCount);
  expect(lines).toHaveLength(lineCount);
  const startMs = performance.now();
  const vectors = await embedLines(api, lines);
  const seconds = (performance.now() - startMs) / 1_000;
  process.stdout.write(`${lineCount} lines in ${seconds.toFixed(0)} s\n`);
  expect(vectors).toHaveLength(lineCount);
  for (let index = 7; index < lineCount; index += 97) {
    const {embeddings} = await embed(api, {texts: [lines[index]], cache_ttl_seconds: 0});
    expect(largestDifference(embeddings[0] ?? [], vectors[index] ?? [])).toBeLessThan(1e-4);
  }
});
