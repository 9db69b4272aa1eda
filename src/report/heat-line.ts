const levels = '▁▂▃▄▅▆▇█';

/** One character a value, the last ones where there are more than fit; on a log scale, a dot where there is none. */
export function heatLine(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const known = shown.filter((value): value is number => value !== null && value > 0).map(Math.log);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  return shown
    .map((value) => {
      if (value === null || value <= 0) return '·';
      // Less than half as much again is no difference to look at.
      const level = span < Math.log(1.5) ? 0 : Math.round(((Math.log(value) - low) / span) * (levels.length - 1));
      return levels[level];
    })
    .join('');
}
