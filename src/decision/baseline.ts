import {z} from 'zod';
import type {Criterion} from './criterion.js';
import {decide} from './decide.js';
import {type Environment, environmentSchema} from './evidence.js';
import type {Matrix} from './matrix-schema.js';
import {measuredSchema} from './option-evidence.js';

/** A measurement kept to compare later ones with. */
export const baselineSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string(),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Of the product that was measured. */
  version: z.string(),
  commit: z.string().nullable(),
  configDigest: z.string(),
  environment: environmentSchema,
  /** The load and the texts, in words. */
  what: z.string(),
  /** Digest of both: runs of another are not comparable. Absent in older baselines. */
  loadDigest: z.string().optional(),
  /** Criterion id → values, one a repeat. */
  measured: z.record(z.string(), measuredSchema),
  /** The raw data: every run as it was recorded. */
  runs: z.array(z.looseObject({})),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** What two machines differ in, in words; of one machine, nothing. The version of Node is no part of a machine. */
export function machineDifferences(then: Environment, now: Environment): string[] {
  const facts = [
    ['processor', then.cpu, now.cpu],
    ['cores', then.cores, now.cores],
    ['system', then.platform, now.platform],
    // The kernel keeps a little for itself, and not always the same.
    ['memory', gib(then.memoryBytes), gib(now.memoryBytes)],
  ] as const;
  return facts.flatMap(([name, old, current]) => (old === current ? [] : [`${name} ${old}, here ${current}`]));
}

/**
 * A measurement against a baseline: fails where a score is worse beyond noise and beyond its margin, or a gate does not
 * hold. The machine must be the same: see `machineDifferences`. Another load or other texts leave it unknown.
 */
export function compareWithBaseline(
  baseline: Pick<Baseline, 'name' | 'what' | 'loadDigest' | 'measured'>,
  now: Pick<Baseline, 'what' | 'measured'> & {loadDigest: string},
  criteria: readonly Criterion[],
): Matrix {
  const reason =
    baseline.loadDigest === undefined
      ? `the baseline ${baseline.name} is of an older version, which did not record its load exactly: save it again`
      : `the baseline measured ${baseline.what}, this run ${now.what}`;
  const incomparable = Object.fromEntries(criteria.map(({id}) => [id, {kind: 'missing', reason} as const]));
  return decide({
    title: `now against the baseline ${baseline.name}`,
    purpose: 'guard',
    criteria,
    options: [
      {id: 'baseline', title: baseline.name, measured: baseline.measured},
      {id: 'now', title: 'now', measured: baseline.loadDigest === now.loadDigest ? now.measured : incomparable},
    ],
    baseline: 'baseline',
  });
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
