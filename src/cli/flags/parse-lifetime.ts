import {SutraError} from '../../errors.js';

const unitsMs: Record<string, number> = {s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000};
const longestMs = 365 * 86_400_000;

/** A lifetime such as `15m`, `24h` or `7d`, in milliseconds: at least 1 s, at most 365 days. Throws USAGE, naming the flag. */
export function parseLifetime(text: string, flag: string): number {
  const [, number, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text.trim()) ?? [];
  const lifetimeMs = Number(number) * (unitsMs[unit] ?? Number.NaN);
  if (lifetimeMs >= 1_000 && lifetimeMs <= longestMs) return lifetimeMs;
  throw new SutraError('USAGE', `${flag} ${text}: must be a duration from 1s to 365d`, {
    cure: `${flag} 24h (s, m, h, d)`,
  });
}
