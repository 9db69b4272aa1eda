import {PassThrough} from 'node:stream';
import {expect, it} from 'vitest';
import {LiveScreen} from '../../../src/cli/live/live-screen.js';

/** A terminal of that height, and what was written to it. */
function terminal(rows: number) {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  stream.rows = rows;
  return {stream, written: () => String((stream as unknown as PassThrough).read() ?? '')};
}

const [enter, leave] = ['\x1b[?1049h\x1b[?25l', '\x1b[?25h\x1b[?1049l'];

it('draws over what it drew before, and gives the terminal back', () => {
  const {stream, written} = terminal(24);
  const screen = new LiveScreen(stream);
  screen.draw('a\nb');
  expect(written()).toBe(`${enter}\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J`);
  screen.draw('c');
  expect(written()).toBe('\x1b[Hc\x1b[K\x1b[J');
  screen[Symbol.dispose]();
  expect(written()).toBe(leave);
});

it('leaves a terminal alone on which nothing was drawn', () => {
  const {stream, written} = terminal(24);
  new LiveScreen(stream)[Symbol.dispose]();
  expect(written()).toBe('');
});

it('what is higher than the terminal is cut, with the number of lines that are missing', () => {
  const {stream, written} = terminal(3);
  using screen = new LiveScreen(stream);
  screen.draw('a\nb\nc\nd');
  expect(written()).toContain('\x1b[Ha\x1b[K\r\nb\x1b[K\r\n... 2 more lines\x1b[K\x1b[J');
});

it('shows what a terminal would act on', () => {
  const {stream, written} = terminal(24);
  using screen = new LiveScreen(stream);
  screen.draw('a\x1b[2Jb');
  expect(written()).toContain('a\\x1b[2Jb');
});
