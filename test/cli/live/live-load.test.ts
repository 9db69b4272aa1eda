import {PassThrough} from 'node:stream';
import {stripVTControlCharacters} from 'node:util';
import {expect, it} from 'vitest';
import {LiveLoad} from '../../../src/cli/live/live-load.js';

/** What is written for twelve seconds of load, the sixth with two errors. */
function written(live: boolean, columns = 100): string {
  const stream = Object.assign(new PassThrough(), {columns}) as unknown as NodeJS.WriteStream & PassThrough;
  const view = new LiveLoad({stream, live});
  view.begin('12 s at 20/s');
  for (let atSecond = 0; atSecond < 12; atSecond += 1)
    view.second({atSecond, requests: 20, errors: atSecond === 5 ? 2 : 0, p50: 4.123, p99: atSecond === 0 ? null : 9});
  view.end();
  view.end();
  return String(stream.read());
}

it('a log gets a line every five seconds', () => {
  expect(written(false)).toBe(
    '12 s at 20/s\n' +
      '    5 s  20/s  p50 4.12 ms  p99 9 ms  no errors\n' +
      '   10 s  20/s  p50 4.12 ms  p99 9 ms  2 errors\n',
  );
});

it('a terminal gets one line, drawn again every second, that fits and stays', () => {
  const drawn = stripVTControlCharacters(written(true)).split('\r').slice(1);
  expect(drawn).toHaveLength(12);
  expect(drawn[0]).toContain('  1 s  20/s  p50 4.12 ms  p99 -  no errors');
  expect(drawn[11]).toMatch(/^ 12 s .* 2 errors .*\n$/);
  expect(drawn.slice(0, 11).join('')).not.toContain('\n');
  const narrow = stripVTControlCharacters(written(true, 40)).split('\r').slice(1);
  expect(Math.max(...narrow.map((line) => line.trimEnd().length))).toBeLessThan(40);
});
