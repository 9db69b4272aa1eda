import {styleText} from 'node:util';

export type Paint = (text: string) => string;

/** Colours for standard output: none where it is no terminal or NO_COLOR is set. */
export const paint = {
  good: colour('green'),
  bad: colour('red'),
  unsure: colour('yellow'),
  faint: colour('dim'),
  strong: colour('bold'),
} satisfies Record<string, Paint>;

function colour(name: 'green' | 'red' | 'yellow' | 'dim' | 'bold'): Paint {
  return (text) => styleText(name, text, {stream: process.stdout});
}
