import {z} from 'zod';
import {SutraError} from '../../../errors.js';
import {readLinesOf} from '../../../system/line-stream.js';
import type {Trace} from './workload.js';

const timeColumns = ['timestamp', 'time', 'seconds'];
const sizeColumns = ['contexttokens', 'tokens', 'words'];

/** A date and time, or seconds from any beginning. */
const timeSchema = z.string().transform((text, context) => {
  const ms = timeMs(text.trim());
  if (Number.isFinite(ms)) return ms;
  context.addIssue({code: 'custom', message: `"${text}" is neither a time (2023-11-16 18:17:03.97) nor seconds`});
  return z.NEVER;
});
const sizeSchema = z
  .string()
  .trim()
  .regex(/^\d+$/, {error: ({input}) => `"${input}" is no number of tokens`})
  .transform(Number)
  .refine((tokens) => tokens >= 1 && tokens <= 1_000_000, 'must be 1 to 1,000,000 tokens');

/**
 * A CSV with a header: a column for the time (TIMESTAMP) and one for the size (ContextTokens, tokens or words). Read as
 * a stream; the first row that is wrong ends it with its line number.
 */
export async function readTrace(path: string, signal: AbortSignal): Promise<Trace> {
  const times: number[] = [];
  const words: number[] = [];
  let columns: Columns | null = null;
  for await (const {text, number} of readLinesOf(path, signal)) {
    if (text.trim() === '') continue;
    const cells = text.split(',');
    if (columns === null) {
      columns = findColumns(cells, path);
      continue;
    }
    times.push(cell(timeSchema, cells[columns.time], `${path}:${number}: ${columns.timeName}`));
    words.push(cell(sizeSchema, cells[columns.size], `${path}:${number}: ${columns.sizeName}`));
  }
  if (times.length === 0) throw new SutraError('USAGE', `${path} holds no request`, {cure: format});
  return inOrder(times, words);
}

interface Columns {
  time: number;
  timeName: string;
  size: number;
  sizeName: string;
}

const format = 'a header, then rows such as: TIMESTAMP,ContextTokens / 2023-11-16 18:17:03.97,4808';

function findColumns(cells: string[], path: string): Columns {
  const names = cells.map((name) =>
    name
      .trim()
      .replace(/^\uFEFF/, '')
      .toLowerCase(),
  );
  const time = names.findIndex((name) => timeColumns.includes(name));
  const size = names.findIndex((name) => sizeColumns.includes(name));
  if (time === -1 || size === -1) {
    const wanted = time === -1 ? `a time (${timeColumns.join(', ')})` : `a size (${sizeColumns.join(', ')})`;
    throw new SutraError('USAGE', `${path}:1: the header names no column for ${wanted}`, {cure: format});
  }
  return {time, timeName: cells[time]?.trim() ?? '', size, sizeName: cells[size]?.trim() ?? ''};
}

function cell<T>(schema: z.ZodType<T>, text: string | undefined, where: string): T {
  const parsed = schema.safeParse(text ?? '');
  if (parsed.success) return parsed.data;
  throw new SutraError('USAGE', `${where}: ${parsed.error.issues[0]?.message ?? 'is wrong'}`, {cure: format});
}

function timeMs(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const [, day, time, fraction = '0'] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?Z?$/.exec(text) ?? [];
  return Date.parse(`${day}T${time}Z`) + Number(fraction) * 1_000;
}

function inOrder(times: number[], words: number[]): Trace {
  const order = times.map((_, row) => row).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const firstMs = times[order[0] ?? 0] ?? 0;
  const timesMs = new Float64Array(new SharedArrayBuffer(8 * times.length));
  const sizes = new Uint32Array(new SharedArrayBuffer(4 * words.length));
  order.forEach((row, place) => {
    timesMs[place] = (times[row] ?? 0) - firstMs;
    sizes[place] = words[row] ?? 1;
  });
  return {timesMs, words: sizes};
}
