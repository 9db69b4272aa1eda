import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {CsvError, parse} from 'csv-parse';
import {z} from 'zod';
import {SutraError} from '../../../errors.js';
import {readLinesOf, shownFile} from '../../../system/files/line-stream.js';
import {timeMs} from './time-ms.js';
import type {Trace} from './workload.js';

const timeColumns = ['timestamp', 'time', 'seconds'];
const sizeColumns = ['contexttokens', 'tokens', 'words'];

/** A date and time, or seconds from any beginning. */
const timeSchema = z.string().transform((text, context) => {
  const ms = timeMs(text);
  if (Number.isFinite(ms)) return ms;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is neither a time (2024-05-10 00:00:00.009930+00:00) nor seconds`,
  });
  return z.NEVER;
});
const sizeSchema = z
  .string()
  .regex(/^\d+$/, {error: ({input}) => `"${input}" is not a number of tokens`})
  .transform(Number)
  .refine((tokens) => tokens >= 1 && tokens <= 1_000_000, 'must be 1 to 1,000,000 tokens');

/** What the CSV parser gives for a record. */
const recordSchema = z.object({info: z.object({lines: z.int()}), record: z.array(z.string())});

/**
 * Reads a CSV with a header: a column for the time (TIMESTAMP) and one for the size (ContextTokens, tokens or words), as
 * a stream. The first row that is wrong ends it with its line number. Throws USAGE.
 */
export async function readTrace(path: string, signal: AbortSignal): Promise<Trace> {
  const file = shownFile(path);
  const rows = new TraceRows(file);
  const parser = parse({info: true, relax_column_count: true, skip_empty_lines: true, trim: true});
  try {
    await pipeline(Readable.from(withLineEnds(path, signal)), parser, async (records) => {
      for await (const one of records) rows.take(recordSchema.parse(one));
    });
  } catch (error) {
    throw error instanceof CsvError ? notCsv(error, file) : error;
  }
  return rows.inOrder();
}

/** The parser gets whole lines, each checked to be UTF-8; a quoted cell may go on over several. */
async function* withLineEnds(path: string, signal: AbortSignal): AsyncGenerator<string> {
  for await (const {text} of readLinesOf(path, signal)) yield `${text}\n`;
}

interface Columns {
  time: number;
  timeName: string;
  size: number;
  sizeName: string;
}

const format = 'a header, then rows such as: TIMESTAMP,ContextTokens / 2024-05-10 00:00:00.009930+00:00,4808';

class TraceRows {
  readonly #file: string;
  readonly #times: number[] = [];
  readonly #words: number[] = [];
  #columns: Columns | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** The first record is the header. */
  take({info, record}: z.infer<typeof recordSchema>): void {
    if (this.#columns === null) {
      this.#columns = findColumns(record, `${this.#file}:${info.lines}`);
      return;
    }
    const {time, timeName, size, sizeName} = this.#columns;
    this.#times.push(cell(timeSchema, record[time], `${this.#file}:${info.lines}: ${timeName}`));
    this.#words.push(cell(sizeSchema, record[size], `${this.#file}:${info.lines}: ${sizeName}`));
  }

  inOrder(): Trace {
    const [times, words] = [this.#times, this.#words];
    if (times.length === 0) throw new SutraError('USAGE', `${this.#file} contains no requests`, {cure: format});
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
}

function findColumns(cells: string[], where: string): Columns {
  const names = cells.map((name) => name.toLowerCase());
  const time = names.findIndex((name) => timeColumns.includes(name));
  const size = names.findIndex((name) => sizeColumns.includes(name));
  if (time === -1 || size === -1) {
    const wanted = time === -1 ? `a time (${timeColumns.join(', ')})` : `a size (${sizeColumns.join(', ')})`;
    throw new SutraError('USAGE', `${where}: the header has no column for ${wanted}`, {cure: format});
  }
  return {time, timeName: cells[time] ?? '', size, sizeName: cells[size] ?? ''};
}

function cell<T>(schema: z.ZodType<T>, text: string | undefined, where: string): T {
  const parsed = schema.safeParse(text ?? '');
  if (parsed.success) return parsed.data;
  throw new SutraError('USAGE', `${where}: ${parsed.error.issues[0]?.message ?? 'is wrong'}`, {cure: format});
}

function notCsv(error: CsvError, file: string): SutraError {
  return new SutraError('USAGE', `${file} is not valid CSV: ${error.message}`, {
    cure: ['close each quote, and double any quote inside a quoted cell', format],
    cause: error,
  });
}
