import {escapeHtml} from './escape.js';
import type {Curve} from './series-curves.js';

/** Beyond this ratio the smaller line lies on the axis, where nobody can read it. */
const mostApart = 8;

/** Curves that can share an axis from zero, in their order: those whose heights are not too far apart. */
export function scaleGroups<T extends Curve>(curves: readonly T[]): T[][] {
  const heights = new Map(curves.map((curve) => [curve, Math.max(0, ...curve.points.map((point) => point?.y ?? 0))]));
  const bySize = curves.toSorted((a, b) => (heights.get(b) ?? 0) - (heights.get(a) ?? 0));
  const groups: T[][] = [];
  let largest = Number.POSITIVE_INFINITY;
  for (const curve of bySize) {
    const height = heights.get(curve) ?? 0;
    if (groups.length === 0 || height * mostApart < largest) {
      groups.push([]);
      largest = height;
    }
    groups.at(-1)?.push(curve);
  }
  return groups.map((group) => group.toSorted((a, b) => curves.indexOf(a) - curves.indexOf(b)));
}

/** A plot with a line below it where others have another scale. */
export function figure(svg: string, group: readonly Curve[], index: number): string {
  const names = group.map(({label}) => label).join(', ');
  const caption = index === 0 ? '' : `<figcaption>${escapeHtml(names)}: on a scale of its own.</figcaption>`;
  return `<figure>${svg}${caption}</figure>`;
}
