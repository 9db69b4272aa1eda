import {SutraError} from '../../../errors.js';

const durationUnits: Record<string, number> = {ms: 1, s: 1_000, m: 60_000, h: 3_600_000, '': 1_000};
/** Of a load. */
export const longestMs = 24 * 3_600_000;

/** `500ms`, `30s`, `2m`, `1h`, or a number of seconds, in milliseconds. Throws USAGE, naming the flag. */
export function parseDuration(text: string, flag: string, {zero = false} = {}): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const durationMs = Number(number) * (durationUnits[unit] ?? Number.NaN);
  if (Number.isFinite(durationMs) && durationMs <= longestMs && (durationMs > 0 || zero)) return durationMs;
  const reason = Number.isFinite(durationMs)
    ? `must be ${zero ? '0 to' : 'more than 0 and at most'} 24h`
    : 'is not a duration';
  throw new SutraError('USAGE', `${flag} ${text}: ${reason}`, {cure: `${flag} 30s (ms, s, m, h)`});
}

const highestRate = 10_000_000;

/** Requests a second: more than 0. `zero` where a ramp may begin or end. Throws USAGE, naming the flag. */
export function parseRate(text: string, flag: string, {zero = false} = {}): number {
  const trimmed = text.trim();
  const rate = /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (rate <= highestRate && (rate > 0 || (zero && rate === 0))) return rate;
  const allowed = zero ? `must be from 0 to ${highestRate}` : `must be more than 0 and at most ${highestRate}`;
  const reason = trimmed !== '' && Number.isFinite(Number(trimmed)) ? allowed : 'is not a number';
  throw new SutraError('USAGE', `${flag} ${text}: ${reason}`, {cure: `${flag} 100, in requests per second`});
}

/** `8` or `8-256`, whole numbers within the limits. Throws USAGE, naming the flag. */
export function parseRange(text: string, flag: string, limits: {least: number; most: number}) {
  const [, first, second] = /^(\d+)(?:-(\d+))?$/.exec(text.trim()) ?? [];
  const least = Number(first);
  const most = second === undefined ? least : Number(second);
  if (least >= limits.least && most <= limits.most && least <= most) return {least, most};
  throw new SutraError('USAGE', `${flag} ${text}: must be a number or a range from ${limits.least} to ${limits.most}`, {
    cure: `${flag} ${limits.least}, or ${flag} ${limits.least}-${Math.min(limits.most, 32)}`,
  });
}
