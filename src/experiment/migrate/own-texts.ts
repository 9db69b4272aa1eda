import type {CacheStats} from '@sutra/contract/http-info';

/** What is left out of the figures: texts that bench, validate and the other commands asked for. Empty where there are none. */
export function ownTexts({tests}: Pick<CacheStats, 'tests'>): string {
  if (tests === undefined) return ', bench and validate among them: services of an older version do not separate them';
  return tests.requests === 0 ? '' : ` (${tests.requests} of bench and validate left out)`;
}
