/** For a column that programs read too: three digits, no more behind the point than they need, nothing between thousands. */
export function plainNumber(value: number | null): string {
  if (value === null) return '-';
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
