import {seededRandom} from '../../../stats/random.js';
import {type Stage, timeOfArrival} from './stages.js';

/** When requests are due, one after another; pure arithmetic. */
export interface Schedule {
  /** Milliseconds from the start at which the next request is due; infinite when there is none. */
  dueMs: number;
  /** Goes on to the one after. */
  advance(): void;
}

export interface ScheduleSpec {
  stages: Stage[];
  arrivals: 'uniform' | 'poisson';
  /** Of the whole run; every worker draws its own from it. */
  seed: number;
}

/** Of many workers that share one schedule, this one. */
export interface WorkerShare {
  index: number;
  of: number;
}

/**
 * Uniform: the n-th request of all is due when the integral of the rate reaches n, and workers take turns. Poisson: the
 * same integral at the points of a Poisson process of rate 1; each worker has one of its own at its share of the rate,
 * and the sum of such processes is the process at the whole rate.
 */
export function schedule(spec: ScheduleSpec, share: WorkerShare): Schedule {
  const {stages} = spec;
  if (spec.arrivals === 'uniform') {
    return from((place) => timeOfArrival(stages, place * share.of + share.index));
  }
  const random = seededRandom(spec.seed + share.index * 7919);
  const own = stages.map((stage) => ({
    ...stage,
    fromPerSecond: stage.fromPerSecond / share.of,
    toPerSecond: stage.toPerSecond / share.of,
  }));
  let arrivals = 0;
  return from(() => {
    arrivals -= Math.log(1 - random());
    return timeOfArrival(own, arrivals);
  });
}

/** Requests at recorded times, in milliseconds from the start; at twice the speed in half the time. */
export function recordedSchedule(timesMs: Float64Array, speed: number, share: WorkerShare): Schedule {
  return from((place) => (timesMs[place * share.of + share.index] ?? Number.POSITIVE_INFINITY) / speed);
}

function from(timeOf: (place: number) => number): Schedule {
  let place = 0;
  return {
    dueMs: timeOf(0),
    advance() {
      place += 1;
      this.dueMs = timeOf(place);
    },
  };
}
