import type {Findings} from '../../decision/evidence.js';
import type {Measured} from '../../decision/option-evidence.js';
import type {StackIdentity} from '../../decision/stack-identity.js';
import type {Threshold} from '../../decision/threshold.js';
import type {Capacity, CapacityTrial} from '../load/find-capacity.js';

interface Searched {
  thresholds: readonly Threshold[];
  configDigest: string;
  stack: StackIdentity;
}

/** The search and its texts in words. */
export function capacityText({trials}: Pick<Capacity, 'trials'>, thresholds: readonly Threshold[]): string {
  const [first] = trials;
  const kept = thresholds.map(({text}) => text).join(', ');
  return `the highest rate that meets ${kept}; trials of ${first?.run.durationSeconds ?? 0} s; ${first?.run.workload ?? 'no trial'}`;
}

/** A search as it goes into the evidence: what it found, and every trial as it was. */
export function capacityFindings(capacity: Capacity, {thresholds, configDigest, stack}: Searched): Findings {
  const {capacityPerSecond, fromCache, verdict, reason, trials} = capacity;
  const found: Measured =
    capacityPerSecond === null ? {kind: 'missing', reason} : {kind: 'exact', value: capacityPerSecond};
  const option = {
    id: 'capacity',
    title: `${stack.edition}, ${stack.model}`,
    configDigest,
    stack,
    measured: {capacity: found, 'from-cache': fromCache},
    runs: trials.map(({run}) => ({...run})),
  };
  const judged = trialsAt(capacity, capacityPerSecond).at(-1)?.thresholds ?? [];
  return {kind: 'bench', verdict, what: capacityText(capacity, thresholds), thresholds: judged, options: [option]};
}

/** The trials as lines of a plot: the rate that was found first, then the others, the nearest to it first. */
export function capacitySeries(capacity: Capacity): {label: string; runs: CapacityTrial['run'][]}[] {
  const {capacityPerSecond, trials} = capacity;
  const rates = [...new Set(trials.map(({ratePerSecond}) => ratePerSecond))];
  const away = (rate: number) => Math.abs(Math.log(rate / (capacityPerSecond ?? Math.min(...rates))));
  return rates
    .toSorted((a, b) => away(a) - away(b))
    .map((rate) => ({label: `${rate}/s`, runs: trialsAt(capacity, rate).map(({run}) => run)}));
}

function trialsAt({trials}: Pick<Capacity, 'trials'>, rate: number | null): CapacityTrial[] {
  return trials.filter(({ratePerSecond}) => ratePerSecond === rate);
}
