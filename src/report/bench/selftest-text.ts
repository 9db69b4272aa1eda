import {textTable} from '../table.js';
import {noLimit} from '../wrap.js';

interface Figure {
  percentile: string;
  measuredMs: number | null;
  truthMs: number;
  serverMs: number | null;
  leastMs: number;
  mostMs: number;
}

/** What the generator measured beside what was so. */
export function selftestTable(figures: readonly Figure[], width = noLimit): string {
  const rows = figures.map(({percentile, measuredMs, truthMs, serverMs, leastMs, mostMs}) => [
    percentile,
    ms(measuredMs),
    ms(truthMs),
    ms(serverMs),
    `${leastMs} to ${mostMs}`,
  ]);
  return textTable(['MS', 'MEASURED', 'TRUTH', 'BY THE SERVER', 'WITHIN'], rows, {width});
}

function ms(value: number | null): string {
  return value === null ? '-' : value.toFixed(1);
}
