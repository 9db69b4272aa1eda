/** Three digits are what a reader compares: 12,345 and 123 and 12.3 and 0.0123. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value !== 0 && Math.abs(value) < 1e-6) return value.toExponential(1);
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** 0.123 → `+12.3 %` */
export function signedPercent(ratio: number): string {
  const percent = ratio * 100;
  const sign = percent > 0 ? '+' : percent < 0 ? '-' : '';
  return `${sign}${shortNumber(Math.abs(Number(percent.toFixed(1))))} %`;
}
