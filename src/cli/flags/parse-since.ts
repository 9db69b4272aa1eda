import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {parseLifetime} from './parse-lifetime.js';

const timeSchema = z.union([z.iso.datetime({offset: true, local: true}), z.iso.date()]);

/**
 * `10m` before now, or a time as ISO 8601 (without a zone: of this machine's), in milliseconds since 1970. Throws USAGE,
 * naming the flag.
 */
export function parseSince(text: string, flag: string, nowMs: number): number {
  const typed = text.trim();
  if (/^\d+[a-z]$/i.test(typed)) return nowMs - parseLifetime(typed, flag);
  const time = timeSchema.safeParse(typed);
  // A date alone would be read as UTC, a time without a zone as local.
  const atMs = time.success ? Date.parse(typed.includes('T') ? typed : `${typed}T00:00`) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new SutraError('USAGE', `${flag} ${text}: must be a duration or a time as ISO 8601`, {
    cure: `${flag} 10m (s, m, h, d), or ${flag} ${new Date(nowMs - 600_000).toISOString().slice(0, 19)}Z`,
  });
}
