import {randomInt} from 'node:crypto';

// Text from outside (settings, files of state, answers of services, names of containers, arguments) may hold characters
// that a terminal acts on: it would clear the screen, forge a line, or show text in another order. Whatever is printed
// goes through this file, so that such characters are shown instead.

/** Control characters, invisible and bidirectional formatting, line and paragraph separators, halves of surrogates. */
const acting = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]';
/** Zero-width (non-)joiners: scripts and emoji need them, and they move nothing. */
const joiners = '\\u200c\\u200d';

/**
 * Known to this process alone: a colour of ours carries it until it is printed, so that no text from outside can set one.
 * In groups of four digits, which programs that measure text take for a colour.
 */
const secret = Array.from({length: 3}, () => randomInt(1_000, 10_000)).join(';');
/** Of a colour. */
const start = '\\x1b\\[';
const ours = `${start}${secret};\\d+m`;

const inText = new RegExp(`${ours}|(?![\\n\\t${joiners}])${acting}`, 'gu');
const inLine = new RegExp(`${ours}|(?![${joiners}])${acting}`, 'gu');
const inJson = new RegExp(`(?![\\n${joiners}])${acting}`, 'gu');
const marked = new RegExp(`${start}${secret};(\\d+)m`, 'g');
const plainColour = new RegExp(`${start}(\\d+)m`, 'g');

/** Marks the colours in text that this program has coloured itself. */
export function ownColours(text: string): string {
  return text.replace(plainColour, `\x1b[${secret};$1m`);
}

/** For one record, a line or a cell: line ends and tabs are shown too. Colours of ours stay marked. */
export function oneLine(text: string): string {
  return text.replace(inLine, shown);
}

/** For what may have several lines. Colours of ours stay marked. */
export function severalLines(text: string): string {
  return text.replace(inText, shown);
}

/** The last step before a terminal: the only colours are ours. */
export function toTerminal(text: string): string {
  return severalLines(text).replace(marked, '\x1b[$1m');
}

/** JSON as it is printed: the same value, with escapes for what JSON.stringify leaves as it is (C1, bidirectional …). */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(inJson, (found) =>
    [...Array(found.length).keys()].map((at) => `\\u${hex(found.charCodeAt(at), 4)}`).join(''),
  );
}

const names: Record<string, string> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'};

function shown(found: string): string {
  // A colour of ours.
  if (found.length > 2) return found;
  const code = found.codePointAt(0) ?? 0;
  if (code <= 0xff) return names[found] ?? `\\x${hex(code, 2)}`;
  return code <= 0xff_ff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
