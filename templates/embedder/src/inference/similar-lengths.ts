/** Texts of one run at most: beyond it a run gains nothing, and an answer waits for the whole run. */
const maxTextsPerRun = 64;

/** What starting a run costs, in tokens' worth of time: about the same for MiniLM and for nomic. */
const runOverheadTokens = 10;
/** Share of a run that may be padding. Less padding means more and smaller runs. */
const paddingShare = 0.2;

/**
 * May texts of these estimated lengths go to a worker together? Every row is padded to the longest, and padding costs
 * what text costs, so that mixing lengths freely is slower than not batching at all.
 */
export function alike(shortest: number, longest: number, texts: number, tokenBudget: number): boolean {
  return texts <= maxTextsPerRun && longest <= shortest * 1.25 + 8 && texts * longest <= tokenBudget;
}

/**
 * Cuts texts of known lengths into runs, each within the budget when padded and with little padding: positions, shortest
 * first. A text beyond the budget runs by itself.
 */
export function runsOf(lengths: readonly number[], tokenBudget: number, batching: 'padded' | 'single'): number[][] {
  const order = lengths.map((_, position) => position).sort((a, b) => at(lengths, a) - at(lengths, b));
  const runs: number[][] = [];
  let tokens = 0;
  for (const position of order) {
    const run = runs.at(-1);
    const length = at(lengths, position);
    const padded = length * ((run?.length ?? 0) + 1);
    const padding = padded - tokens - length;
    const joins =
      run !== undefined &&
      batching === 'padded' &&
      run.length < maxTextsPerRun &&
      padded <= tokenBudget &&
      padding <= runOverheadTokens + paddingShare * padded;
    if (joins) run.push(position);
    else runs.push([position]);
    tokens = joins ? tokens + length : length;
  }
  return runs;
}

function at(lengths: readonly number[], position: number): number {
  return lengths[position] ?? 0;
}
