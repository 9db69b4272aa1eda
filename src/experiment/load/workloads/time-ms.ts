const seconds = /^\d+(\.\d+)?$/;
const dateTime = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * Milliseconds of a moment: of a date and time, with its offset or else in UTC, since 1970; of a plain number of seconds
 * from its own beginning. NaN for anything else. Fractions of a millisecond stay.
 */
export function timeMs(text: string): number {
  if (seconds.test(text)) return Number(text) * 1_000;
  const [, day, time, fraction = '0', offset = 'Z'] = dateTime.exec(text) ?? [];
  return Date.parse(`${day}T${time}${isoOffset(offset)}`) + Number(fraction) * 1_000;
}

/** `+0200` and `+02` as `+02:00`. */
function isoOffset(offset: string): string {
  const [, hours, minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(offset) ?? [];
  return hours === undefined ? 'Z' : `${hours}:${minutes}`;
}
