import {seededRandom} from '../../../stats/random.js';

/**
 * In which order `options` are measured, a row a round: A B C, then B C A, … What drifts on the machine (heat, another
 * tenant) then touches all of them alike. Each round begins at another option, so that none always follows the same pause;
 * within every `options` rounds each begins once, in an order the seed decides.
 */
export function interleaving<T>(options: readonly T[], repeats: number, seed: number): T[][] {
  const random = seededRandom(seed);
  const rounds: T[][] = [];
  let starts: number[] = [];
  for (let round = 0; round < repeats; round += 1) {
    if (starts.length === 0) starts = shuffled(options.length, random);
    const start = starts.pop() ?? 0;
    rounds.push([...options.slice(start), ...options.slice(0, start)]);
  }
  return rounds;
}

/** 0 to count - 1 in random order (Fisher and Yates). */
function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({length: count}, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
