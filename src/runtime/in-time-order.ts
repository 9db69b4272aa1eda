import type {LogLine} from './runtime.js';

/** Lines of several instances as they were written; one without a time stays behind the line before it of its instance. */
export function inTimeOrder(lines: LogLine[]): LogLine[] {
  const last = new Map<string, string>();
  const timed = lines.map((line) => {
    const at = line.at ?? last.get(line.instance) ?? '';
    last.set(line.instance, at);
    return {at, line};
  });
  return timed.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))).map(({line}) => line);
}
