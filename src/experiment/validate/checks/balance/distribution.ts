import {type Check, type Finding, passIf} from '../../check.js';
import type {LoadSample} from '../../load-sample.js';
import {statsUrlOf} from '../../stats-url.js';

/** Of the fair share: a third may be 25 to 42 %. */
const leastOfFair = 0.75;
const mostOfFair = 1.26;
/** Chance gives a replica of a fast model too much of 300 requests now and then; what is uneven stays so in 900. */
const furtherSamples = 2;

export const distribution: Check = {
  phase: 2,
  id: 'distribution',
  unit: '% of requests',
  target: ({plan}) => {
    const fair = 100 / replicasThatCompute(plan.services);
    return `${Math.round(fair * leastOfFair)} to ${Math.round(fair * mostOfFair)}`;
  },
  async run(stack) {
    statsUrlOf(stack.plan);
    let {sessions} = await stack.loadSample();
    if (!isCounted(sessions)) return begunAnew;
    for (let more = 0; more < furtherSamples && !isEven(sessions); more += 1) {
      const further = await stack.anotherLoadSample();
      if (!isCounted(further.sessions)) return begunAnew;
      sessions = added(sessions, further.sessions);
    }
    const total = sum(Object.values(sessions));
    const percents = Object.entries(sessions).map(([name, count]) => ({name, percent: (100 * count) / total}));
    const shares = percents.map(({name, percent}) => `${name} ${percent.toFixed(1)} %`);
    const sorted = percents.map(({percent}) => percent).toSorted((a, b) => a - b);
    const measured = `${sorted.at(0)?.toFixed(1)} to ${sorted.at(-1)?.toFixed(1)}`;
    return passIf(isEven(sessions), total === 0 ? null : measured, shares.join(', '));
  },
};

const begunAnew: Finding = {
  measured: null,
  verdict: 'unknown',
  reason: 'the load balancer was reloaded meanwhile, which reset its counters',
};

type Sessions = LoadSample['sessions'];

function isCounted(sessions: Sessions): boolean {
  return Object.values(sessions).every((count) => count >= 0);
}

function isEven(sessions: Sessions): boolean {
  const counts = Object.values(sessions);
  const fair = sum(counts) / counts.length;
  return fair > 0 && counts.every((count) => count >= leastOfFair * fair && count <= mostOfFair * fair);
}

function added(one: Sessions, other: Sessions): Sessions {
  return Object.fromEntries(Object.entries(one).map(([name, count]) => [name, count + (other[name] ?? Number.NaN)]));
}

function sum(counts: number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function replicasThatCompute(services: {workers: number; replicas: string[]}[]): number {
  return services.filter(({workers}) => workers > 0).flatMap(({replicas}) => replicas).length;
}
