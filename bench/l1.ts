import {cacheKeys} from '../templates/embedder/src/cache/cache-key.js';
import {L1Cache} from '../templates/embedder/src/cache/l1-cache.js';
import type {ModelFacts} from '../templates/embedder/src/model-facts.js';
import {median} from './ratio.js';

// A get of L1 as a request does it: the key of a text of 100 characters, then the entry. `npm run bench:cache:l1`.

const rounds = Number(process.env.BENCH_ROUNDS ?? 2_000);
/** Few enough that most rounds are done before another process gets the core. */
const getsOfRound = 200;
const warmUpRounds = 200;
const entries = 10_000;
const width = 768;

const facts: ModelFacts = {
  id: 'nomic-ai/nomic-embed-text-v1.5',
  artifact: 'a'.repeat(64),
  nativeDimension: width,
  dimensions: [width],
  defaultDimension: width,
  pooling: 'mean',
  windowTokens: 8192,
  prefixes: {},
  batching: 'alone',
};
const manner = {normalise: true, truncate: false, inputType: undefined};
const cache = new L1Cache({maxEntries: entries, maxBytes: 64 * 1024 * 1024, ttlSeconds: 86_400});
const texts = Array.from({length: entries}, (_, index) => `text number ${index} `.padEnd(100, 'lorem ipsum dolor '));
const keyOf = () => cacheKeys(facts, manner);
for (const text of texts) cache.set(keyOf()(text), {values: new Float32Array(width), tokens: 20}, 86_400);

const wholeUs: number[] = [];
const hashUs: number[] = [];
let found = 0;
for (let round = -warmUpRounds; round < rounds; round += 1) {
  const asked = Array.from({length: getsOfRound}, () => texts[Math.floor(Math.random() * entries)] ?? '');
  const whole = timeUs(asked, (text) => {
    if (cache.get(keyOf()(text)) !== undefined) found += 1;
  });
  const hashing = timeUs(asked, (text) => {
    found += keyOf()(text).length === 43 ? 0 : Number.NaN;
  });
  if (round < 0) continue;
  wholeUs.push(whole);
  hashUs.push(hashing);
}
if (found !== (rounds + warmUpRounds) * getsOfRound) throw new Error('a get missed');

const sorted = wholeUs.toSorted((a, b) => a - b);
const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
const share = (100 * median(hashUs)) / median(wholeUs);
process.stdout.write(
  `L1 get with its key, text of 100 characters, ${entries} entries, ${rounds} rounds of ${getsOfRound}\n` +
    `median ${median(wholeUs).toFixed(2)} us, slowest 1 % of rounds ${p99.toFixed(2)} us, ` +
    `hashing ${median(hashUs).toFixed(2)} us (${share.toFixed(0)} %)\n`,
);

/** Of one call, on average. */
function timeUs(asked: readonly string[], get: (text: string) => void): number {
  const startedMs = performance.now();
  for (const text of asked) get(text);
  return ((performance.now() - startedMs) * 1000) / asked.length;
}
