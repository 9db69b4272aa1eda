// needs: haproxy
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {largestDifference} from '../../src/stats/vectors.js';
import {offsetFlags} from '../support/ports.js';
import {deployStack, repository} from '../support/stack.js';
import {embed} from './embed-call.js';
import {embedLines} from './embed-lines.js';

test('a text of thousands of lines goes through in batches, whole and in order', async () => {
  await using stack = await deployStack([
    ...['--edition', 'community', '--model', 'all-MiniLM-L6-v2'],
    ...['--project', 'real-text', ...(await offsetFlags())],
  ]);
  const {api} = stack.report.urls;
  const lines = changelogLines();
  expect(lines.length).toBeGreaterThanOrEqual(2_000);
  const vectors = await embedLines(api, lines);
  expect(vectors).toHaveLength(lines.length);
  // None of the lines was cached, so each of these is computed anew, alone.
  for (let index = 7; index < lines.length; index += 97) {
    const {embeddings, cached_count: cachedCount} = await embed(api, {
      texts: [lines[index]],
      truncate: true,
      cache_ttl_seconds: 0,
    });
    expect(cachedCount).toBe(0);
    expect(largestDifference(embeddings[0] ?? [], vectors[index] ?? [])).toBeLessThan(1e-5);
  }
});

/** The change log that the openai package brings: prose, lists, addresses, empty lines. */
function changelogLines(): string[] {
  return readFileSync(join(repository, 'node_modules/openai/CHANGELOG.md'), 'utf8').split('\n').slice(0, 2_048);
}
