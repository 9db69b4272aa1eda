import {expect, it} from 'vitest';
import {parseSince} from '../../../src/cli/flags/parse-since.js';

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

it.each([
  ['90s', nowMs - 90_000],
  ['10m', nowMs - 600_000],
  ['2d', nowMs - 2 * 86_400_000],
  ['2026-01-02T01:00:00Z', Date.UTC(2026, 0, 2, 1)],
  ['2026-01-02T01:00:00.250+02:00', Date.UTC(2026, 0, 1, 23, 0, 0, 250)],
  ['2026-01-02T01:00:00', new Date(2026, 0, 2, 1).getTime()],
  ['2026-01-02', new Date(2026, 0, 2).getTime()],
])('%s', (text, expected) => {
  expect(parseSince(text, '--since', nowMs)).toBe(expected);
});

it.each(['', 'yesterday', '10', '-5m', '2026-13-01', '2026-02-30', '02.01.2026', '2026-01-02 01:00', '1767315845'])(
  '%j is refused, with what would be taken',
  (text) => {
    expect(() => parseSince(text, '--since', nowMs)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: `--since ${text}: must be a duration or a time as ISO 8601`,
        cures: ['--since 10m (s, m, h, d), or --since 2026-01-02T02:54:05Z'],
      }),
    );
  },
);

it('a unit that there is not, and a duration that is too long, are refused', () => {
  for (const text of ['10y', '400d', '0s'])
    expect(() => parseSince(text, '--since', nowMs)).toThrow(`--since ${text}: must be a duration from 1s to 365d`);
});
