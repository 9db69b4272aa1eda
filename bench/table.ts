import {median, medianRatio} from './ratio.js';

/** `valueName` → one value a round. */
export type Values = Map<string, number[]>;

interface Row {
  name: string;
  unit: string;
}

export const valueName = (row: Row, peer: {name: string}) => `${row.name} of ${peer.name}`;

/** The first peer beside each of the others: medians, and the ratio first / other with its 95 % interval. */
export function table(title: string, rows: readonly Row[], peers: readonly {name: string}[], values: Values): string {
  const [subject, ...others] = peers;
  if (subject === undefined) return '';
  const head = [title, subject.name, ...others.map(({name}) => name)];
  const lines = rows.map((row) => {
    const own = values.get(valueName(row, subject)) ?? [];
    const cells = others.map((peer) => {
      const theirs = values.get(valueName(row, peer)) ?? [];
      const {ratio, low, high} = medianRatio(own, theirs);
      return `${shown(median(theirs))} (${ratio.toFixed(2)}x, ${low.toFixed(2)}–${high.toFixed(2)})`;
    });
    return `| ${[`${row.name}, ${row.unit}`, shown(median(own)), ...cells].join(' | ')} |`;
  });
  return `\n| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n${lines.join('\n')}\n`;
}

function shown(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
