import {z} from 'zod';
import {fewestRepeats} from './decide.js';
import type {Evidence} from './evidence.js';
import type {Measured, OptionEvidence} from './option-evidence.js';

type BenchOption = Extract<Evidence, {kind: 'bench'}>['options'][number];

/** What is sustained is so for as long, or as often as a judgement needs: documents say "sustained" and give no length. */
const sustainedSeconds = 300;
/** Of requests one after another, so that the length of the load says nothing of them. */
const timedAlone = new Set(['hit', 'miss']);

/**
 * What records of one configuration say of it, the newest bench of it first. One short run says nothing of what a stack
 * sustains: its figures count only where it was long or repeated. `given` is what nobody can measure here, such as the cost,
 * and wins. Criteria without a word in either stay missing.
 */
export function successEvidence(
  records: readonly Evidence[],
  configDigest: string,
  given: Readonly<Record<string, number>>,
): OptionEvidence {
  const benches = records
    .filter((record) => record.kind === 'bench')
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .flatMap(({options}) => options.filter((option) => option.configDigest === configDigest));
  const measured: Record<string, Measured> = {};
  for (const option of benches) {
    const isLong = isSustained(option);
    for (const [id, value] of Object.entries(option.measured)) {
      if (isLong || timedAlone.has(id)) measured[id] ??= value;
    }
  }
  const newest = benches.find(({measured: {rate}}) => rate?.kind === 'repeats');
  if (newest !== undefined) {
    for (const id of Object.keys(newest.measured)) measured[id] ??= {kind: 'missing', reason: tooShort(newest)};
  }
  for (const [id, value] of Object.entries(given)) measured[id] = {kind: 'exact', value};
  return {id: 'stack', title: 'the stack', measured};
}

function isSustained(option: BenchOption): boolean {
  return repeatsOf(option) >= fewestRepeats || secondsOf(option) >= sustainedSeconds;
}

function tooShort(option: BenchOption): string {
  const repeats = repeatsOf(option);
  const newest = `${repeats === 1 ? '1 run' : `${repeats} runs`} of ${Math.round(secondsOf(option))} s in all`;
  return `the newest bench is ${newest}; sustained is ${fewestRepeats} runs or ${sustainedSeconds / 60} minutes: sutra bench --repeat ${fewestRepeats}, or --duration ${sustainedSeconds / 60}m`;
}

function repeatsOf({measured: {rate}}: BenchOption): number {
  return rate?.kind === 'repeats' ? rate.values.length : 0;
}

const timedSchema = z.object({durationSeconds: z.number()});

/** A run without a length is of an older version, and counts as none. */
function secondsOf({runs}: BenchOption): number {
  const lengths = runs.map((run) => timedSchema.safeParse(run)).flatMap(({data}) => data?.durationSeconds ?? []);
  return lengths.reduce((sum, length) => sum + length, 0);
}
