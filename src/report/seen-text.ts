/** What stands under MEASURED; what was computed from the configuration says that it was. */
export function seenText(measured: number | string | null, computed: true | undefined): string {
  if (measured === null) return '-';
  return computed ? `${measured} computed` : String(measured);
}
