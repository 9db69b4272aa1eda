import {type SuccessSet, successCriteria} from '../decision/success-criteria.js';
import {SutraError} from '../errors.js';

/** `monthly-cost=450` → {'monthly-cost': 450}, for criteria of the set alone. Throws USAGE. */
export function givenFigures(texts: readonly string[], set: SuccessSet): Record<string, number> {
  const names: string[] = successCriteria[set].map(({id}) => id);
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', number = ''] = text.split('=');
      const value = Number(number);
      if (names.includes(name) && number.trim() !== '' && Number.isFinite(value)) return [name, value];
      throw new SutraError('USAGE', `--given ${text}: not NAME=NUMBER with a name of ${set}`, {
        cure: `choose from ${names.join(', ')}`,
      });
    }),
  );
}
