import {type SuccessSet, successCriteria} from '../../decision/success-criteria.js';
import {SutraError} from '../../errors.js';

/** What no bench can see. What one can is to be measured: a figure in its place would be a pass out of nothing. */
const unmeasurable: readonly string[] = ['monthly-cost', 'weeks', 'gpu-busy', 'gpu-idle'];

/** `monthly-cost=450` → {'monthly-cost': 450}, for criteria of the set that cannot be measured here. Throws USAGE. */
export function givenFigures(texts: readonly string[], set: SuccessSet): Record<string, number> {
  const all: string[] = successCriteria[set].map(({id}) => id);
  const names = all.filter((id) => unmeasurable.includes(id));
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', number = ''] = text.split('=');
      const value = Number(number);
      if (names.includes(name) && number.trim() !== '' && Number.isFinite(value) && value >= 0) return [name, value];
      if (all.includes(name) && !names.includes(name)) {
        throw new SutraError('USAGE', `--given ${text}: ${name} is measured, not given`, {cure: 'sutra bench'});
      }
      throw new SutraError(
        'USAGE',
        `--given ${text}: is not NAME=NUMBER with a criterion of ${set} and a number of 0 or more`,
        {
          cure:
            names.length === 0 ? 'leave out --given: all criteria are measured' : `choose one of ${names.join(', ')}`,
        },
      );
    }),
  );
}
