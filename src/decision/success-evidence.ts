import type {Evidence} from './evidence.js';
import type {Measured, OptionEvidence} from './option-evidence.js';

/**
 * What records of one configuration say of it, the newest bench of it first. `given` is what nobody can measure here, such
 * as the cost, and wins. Criteria without a word in either stay missing.
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
    for (const [id, value] of Object.entries(option.measured)) measured[id] ??= value;
  }
  for (const [id, value] of Object.entries(given)) measured[id] = {kind: 'exact', value};
  return {id: 'stack', title: 'the stack', measured};
}
