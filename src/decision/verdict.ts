export const verdicts = ['pass', 'fail', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

/** The verdict of a whole: any fail fails it, else any unknown leaves it unknown. Of nothing, nothing is known. */
export function worstVerdict(all: readonly Verdict[]): Verdict {
  if (all.includes('fail')) return 'fail';
  if (all.length === 0 || all.includes('unknown')) return 'unknown';
  return 'pass';
}
