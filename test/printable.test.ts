import {describe, expect, it} from 'vitest';
import {oneLine, ownColours, printableJson, severalLines, toTerminal} from '../src/printable.js';

/** Clear screen, cursor up, title of the window, C1's CSI, DEL, right-to-left override, a zero-width space, a tag. */
const hostile = '\x1b[2J\x1b[1A\x1b]0;title\x07\x9b31m\x7f\u202e\u200b\u{e0041}\ud800';
const acting = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('text from outside', () => {
  it('has nothing in it that a terminal acts on', () => {
    expect(toTerminal(hostile)).toBe('\\x1b[2J\\x1b[1A\\x1b]0;title\\x07\\x9b31m\\x7f\\u202e\\u200b\\u{e0041}\\ud800');
  });

  it('keeps its line ends and tabs where several lines are one thing, and shows them in one record', () => {
    expect(severalLines('a\n\tb\r\n')).toBe('a\n\tb\\r\n');
    expect(oneLine('a\n\tb\r\u2028')).toBe('a\\n\\tb\\r\\u2028');
  });

  it('keeps every script and emoji', () => {
    const text = 'naïve 日本語 العربية می‌خواهم 👩‍💻 ✔ …';
    expect(toTerminal(oneLine(text))).toBe(text);
  });

  it('cannot set a colour, and ours stay', () => {
    const line = `${ownColours('\x1b[32mpass\x1b[39m')} ${severalLines('\x1b[31mfail\x1b[39m')}`;
    expect(toTerminal(line)).toBe('\x1b[32mpass\x1b[39m \\x1b[31mfail\\x1b[39m');
    expect(toTerminal(oneLine(ownColours('\x1b[1mx\x1b[22m')))).toBe('\x1b[1mx\x1b[22m');
  });

  it('is the same value as JSON, in characters that do nothing', () => {
    const value = {[hostile]: [hostile, 'a\nb']};
    const text = printableJson(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll('\n', '')).not.toMatch(acting);
  });
});
