/** Heights for labels that want to stand at `wanted`, at least `gap` apart and between `top` and `bottom`, in their order. */
export function labelPlaces(
  wanted: readonly number[],
  {gap, top, bottom}: {gap: number; top: number; bottom: number},
): number[] {
  const order = wanted.map((y, index) => ({y, index})).sort((a, b) => a.y - b.y);
  let free = top;
  for (const label of order) {
    label.y = Math.max(label.y, free);
    free = label.y + gap;
  }
  let limit = bottom;
  for (const label of order.toReversed()) {
    label.y = Math.min(label.y, limit);
    limit = label.y - gap;
  }
  const places = new Array<number>(wanted.length);
  for (const {y, index} of order) places[index] = y;
  return places;
}
