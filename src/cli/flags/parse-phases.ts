import {SutraError} from '../../errors.js';

/** `0,1,security` → the phases of those names. Throws USAGE for one that is not among `known`. */
export function parsePhases<Phase extends string | number>(text: string, known: readonly Phase[]): Phase[] {
  return text.split(',').map((part) => {
    const phase = known.find((each) => String(each) === part.trim());
    if (phase !== undefined) return phase;
    throw new SutraError('USAGE', `--phases ${text}: unknown phase "${part.trim()}"`, {
      cure: `choose one or more of ${known.join(', ')}, separated by commas`,
    });
  });
}
