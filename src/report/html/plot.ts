import {shortNumber} from '../../decision/short-number.js';
import {type DrawnLimit, fittingLimits} from './drawn-limits.js';
import {escapeHtml} from './escape.js';
import {labelPlaces} from './label-places.js';
import {linearScale, type Scale, ticksFromZero} from './scale.js';
import type {Curve, CurvePoint} from './series-curves.js';

export interface Plot {
  /** Unique in the page. */
  id: string;
  /** For who cannot see it. */
  title: string;
  description: string;
  curves: readonly (Curve & {colour: number})[];
  unit: string;
  x: {ticks: readonly {at: number; label: string}[]; from: number; to: number; title: string};
  height: number;
  drawn?: 'lines' | 'bars';
  /** Places on the x axis where the value is written on a line. */
  valuesAt?: readonly number[];
  /** What must hold, as lines across; those far above the curves are left out. */
  limits?: readonly DrawnLimit[];
}

interface Canvas {
  width: number;
  margin: {top: number; right: number; bottom: number; left: number};
  /** Lines are named where they end, and the axis below itself; else both stand around the plot. */
  named: boolean;
}

const wide: Canvas = {width: 900, margin: {top: 14, right: 150, bottom: 42, left: 78}, named: true};
const narrow: Canvas = {width: 400, margin: {top: 14, right: 14, bottom: 26, left: 70}, named: false};

/** Lines over a common axis from zero: drawn for a wide screen and for a narrow one, of which a page shows one. */
export function plot(drawn: Plot): string {
  const keys = drawn.curves.map(({label, colour}) => `<span class="key c${colour}">${escapeHtml(label)}</span>`);
  return [
    `<div class="on-wide">${svg(drawn, wide)}</div>`,
    `<div class="on-narrow"><p class="keys">${keys.join(' ')}</p>`,
    `${svg({...drawn, id: `${drawn.id}-narrow`}, narrow)}<p class="note">${escapeHtml(drawn.x.title)}</p></div>`,
  ].join('\n');
}

function svg(
  {id, title, description, curves, unit, x, height, drawn = 'lines', ...more}: Plot,
  {width, margin, named}: Canvas,
): string {
  const {valuesAt = []} = more;
  const highest = highestOf(curves);
  const limits = fittingLimits(more.limits ?? [], highest).drawn;
  const ticks = ticksFromZero(Math.max(highest, ...limits.map(({y}) => y)), 4);
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  const toX = linearScale([x.from, x.to], [left, right]);
  const toY = linearScale([0, ticks.at(-1) ?? 1], [bottom, top]);
  const grid = ticks.map((tick, index) => {
    const y = toY(tick).toFixed(1);
    const label = index === ticks.length - 1 ? `${shortNumber(tick)} ${unit}` : shortNumber(tick);
    const kind = tick === 0 ? 'axis' : 'grid';
    return `<line class="${kind}" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/>${text(left - 8, Number(y) + 4, label, 'tick end')}`;
  });
  const below = apart(x.ticks, toX).map(({at, label}) => {
    const place = toX(at);
    const line = `<line class="axis" x1="${place.toFixed(1)}" x2="${place.toFixed(1)}" y1="${bottom}" y2="${bottom + 5}"/>`;
    return `${line}${text(place, bottom + 19, label, 'tick middle')}`;
  });
  const bands = drawn === 'bars' ? [] : curves.map((curve) => band(curve, toX, toY));
  const marks = curves.map((curve) => (drawn === 'bars' ? bars(curve, toX, toY) : line(curve, toX, toY)));
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-desc">${escapeHtml(description)}</desc>`,
    ...grid,
    ...below,
    named ? text((left + right) / 2, height - 6, x.title, 'axis-title middle') : '',
    ...limits.map((limit) => limitLine(limit, toY, [left, right])),
    ...bands,
    ...marks,
    ...curves.flatMap((curve) => values(curve, valuesAt, {unit, left, toX, toY})),
    ...(named ? endLabels(curves, toX, toY, [top, bottom]) : []),
    '</svg>',
  ].join('\n');
}

/** The top of the highest curve, its repeats included. */
export function highestOf(curves: readonly Curve[]): number {
  return Math.max(0, ...curves.flatMap(({points}) => points.map((point) => point?.high ?? 0)));
}

function limitLine({y, label}: DrawnLimit, toY: Scale, [left, right]: readonly [number, number]): string {
  const at = toY(y);
  const line = `<line class="limit" x1="${left}" x2="${right}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}"/>`;
  return `${line}${text(left + 6, at - 5, label, 'limit')}`;
}

/** At the size of labels. */
const characterWidth = 7;

/** Ticks whose labels do not touch the one before. */
function apart(ticks: Plot['x']['ticks'], toX: Scale): Plot['x']['ticks'] {
  let free = Number.NEGATIVE_INFINITY;
  return ticks.filter(({at, label}) => {
    const half = (label.length * characterWidth) / 2;
    if (toX(at) - half < free) return false;
    free = toX(at) + half + characterWidth;
    return true;
  });
}

/** A point with none beside it would be no line: it is a dot. */
function line({points, colour}: Plot['curves'][number], toX: Scale, toY: Scale): string {
  const alone = points.filter((point, index) => point !== null && !points[index - 1] && !points[index + 1]);
  const dots = alone.map((point) => {
    if (point === null) return '';
    return `<circle class="dot c${colour}" cx="${toX(point.x).toFixed(1)}" cy="${toY(point.y).toFixed(1)}" r="3.5"/>`;
  });
  return `${dots.join('')}<path class="line c${colour}" d="${pathOf(points, (point) => `${toX(point.x).toFixed(1)},${toY(point.y).toFixed(1)}`)}"/>`;
}

/** From this point to the next whole one: what was counted in a second. */
function bars({points, colour}: Plot['curves'][number], toX: Scale, toY: Scale): string {
  return points
    .filter((point) => point !== null && point.y > 0)
    .map((point) => {
      if (point === null) return '';
      const [x, y] = [toX(point.x), toY(point.y)];
      const size = `width="${(toX(point.x + 1) - x).toFixed(1)}" height="${(toY(0) - y).toFixed(1)}"`;
      return `<rect class="bar c${colour}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${size}/>`;
    })
    .join('');
}

function values(
  {points, colour}: Plot['curves'][number],
  wanted: readonly number[],
  {unit, left, toX, toY}: {unit: string; left: number; toX: Scale; toY: Scale},
): string[] {
  return wanted.flatMap((at) => {
    const point = points.find((each) => each !== null && Math.abs(each.x - at) < 1e-9);
    if (point === null || point === undefined) return [];
    const [x, y] = [toX(point.x), toY(point.y)];
    const dot = `<circle class="dot c${colour}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.5"/>`;
    // Near the axis there is room on one side only.
    const inside = x - left > 60;
    const label = text(
      inside ? x - 4 : x + 4,
      y - 9,
      `${shortNumber(point.y)} ${unit}`,
      inside ? 'value end' : 'value',
    );
    return [`${dot}${label}`];
  });
}

/** A gap in the points is a gap in the line. */
function pathOf(points: readonly (CurvePoint | null)[], place: (point: CurvePoint) => string): string {
  let pen = 'M';
  return points
    .map((point) => {
      if (point === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${place(point)}`;
      pen = 'L';
      return step;
    })
    .join('');
}

/** What the repeats range over; nothing where there is one. */
function band({points, colour}: Plot['curves'][number], toX: Scale, toY: Scale): string {
  const seen = points.filter((point) => point !== null);
  if (!seen.some(({low, high}) => high > low)) return '';
  const upper = seen.map(({x, high}) => `${toX(x).toFixed(1)},${toY(high).toFixed(1)}`);
  const lower = seen.toReversed().map(({x, low}) => `${toX(x).toFixed(1)},${toY(low).toFixed(1)}`);
  return `<path class="band c${colour}" d="M${[...upper, ...lower].join('L')}Z"/>`;
}

function endLabels(curves: Plot['curves'], toX: Scale, toY: Scale, range: readonly [number, number]): string[] {
  const ends = curves.flatMap(({label, colour, points}) => {
    const last = points.findLast((point) => point !== null);
    return last === undefined ? [] : [{label, colour, x: toX(last.x), y: toY(last.y), value: last.y}];
  });
  const places = labelPlaces(
    ends.map(({y}) => y),
    {gap: 16, top: range[0], bottom: range[1]},
  );
  return ends.map(({label, colour, x}, index) => text(x + 8, (places[index] ?? 0) + 4, cut(label), `label c${colour}`));
}

function cut(label: string): string {
  return label.length > 20 ? `${label.slice(0, 19)}…` : label;
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}">${escapeHtml(content)}</text>`;
}
