/** Texts of one run at most: beyond it a run gains nothing, and an answer waits for the whole run. */
export const maxTextsPerRun = 64;

/**
 * May texts of these lengths share a run? Every row is padded to the longest, and padding costs what text costs, so that
 * mixing lengths freely is slower than not batching at all.
 */
export function shareRun(shortest: number, longest: number, texts: number, tokenBudget: number): boolean {
  if (texts === 1) return true;
  return texts <= maxTextsPerRun && longest <= shortest * 1.25 + 8 && texts * longest <= tokenBudget;
}

/** Cuts texts into runs of similar length, each within the budget when padded: positions, shortest first. */
export function runsOf(lengths: readonly number[], tokenBudget: number, batching: 'padded' | 'single'): number[][] {
  const order = lengths.map((_, position) => position).sort((a, b) => at(lengths, a) - at(lengths, b));
  if (batching === 'single') return order.map((position) => [position]);
  const runs: number[][] = [];
  let run: number[] = [];
  for (const position of order) {
    const shortest = at(lengths, run[0] ?? position);
    if (!shareRun(shortest, at(lengths, position), run.length + 1, tokenBudget)) {
      runs.push(run);
      run = [];
    }
    run.push(position);
  }
  return run.length > 0 ? [...runs, run] : runs;
}

function at(lengths: readonly number[], position: number): number {
  return lengths[position] ?? 0;
}
