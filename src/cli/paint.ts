import {styleText} from 'node:util';
import {ownColours, severalLines} from '../printable.js';

export type Paint = (text: string) => string;

const many = ['cyan', 'magenta', 'green', 'yellow', 'blue', 'red'] as const;

/** The colour of the nth of several that stand side by side; they repeat. */
export function paintOf(index: number): Paint {
  return colour(many[index % many.length] ?? 'cyan');
}

/** Colours for standard output: none where it is no terminal or NO_COLOR is set. */
export const paint = {
  good: colour('green'),
  bad: colour('red'),
  unsure: colour('yellow'),
  faint: colour('dim'),
  strong: colour('bold'),
} satisfies Record<string, Paint>;

function colour(name: (typeof many)[number] | 'dim' | 'bold'): Paint {
  // The text is escaped first: what it holds must not pass for a colour of ours.
  return (text) => ownColours(styleText(name, severalLines(text), {stream: process.stdout}));
}
