import {limits} from '@sutra/contract/limits';
import {z} from 'zod';
import {SutraError} from '../errors.js';
import type {Line} from '../system/files/line-stream.js';
import {requestJson} from '../system/http/http-json.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {batchesOf, isOverRequest, type WarmLines} from './warm-lines.js';

/** What becomes of a line that has more tokens than the model's window. */
export const longLineChoices = ['refuse', 'cut', 'skip'] as const;
export type LongLines = (typeof longLineChoices)[number];

export interface Warmed {
  /** Texts that the cache has now. */
  texts: number;
  /** Of them, those the cache had already. */
  cached: number;
  /** Lines without a text. */
  empty: number;
  /** Numbers of the lines of which the cache has the beginning, for requests with `"truncate": true`. */
  cut: number[];
  /** Numbers of the lines that were too long and left out. */
  skipped: number[];
}

export interface WarmOptions {
  plan: Plan;
  system: System;
  longLines: LongLines;
  /** After each batch. */
  onProgress: (done: Warmed) => void;
}

const answerSchema = z.object({cached_count: z.int()});
const tooLongSchema = z.object({
  error: z.object({
    code: z.literal('text_too_long'),
    details: z.object({index: z.int().min(0), tokens: z.int(), window: z.int()}),
  }),
});

/** A line that was not embedded, and why. */
interface LongLine {
  line: Line;
  why: string;
}

/** Embeds every line through the API, so that the next who asks gets it from the cache. Throws USAGE, NETWORK. */
export async function warmCache({file, lines, empty}: WarmLines, options: WarmOptions): Promise<Warmed> {
  const {longLines, onProgress} = options;
  const done: Warmed = {texts: 0, cached: 0, empty, cut: [], skipped: []};
  const refuseIfAsked = ({line, why}: LongLine) => {
    if (longLines === 'refuse') throw tooLong(`${file}:${line.number}: ${why}`, done);
  };
  const [fitting, over] = [lines.filter((line) => !isOverRequest(line)), lines.filter(isOverRequest)];
  for (const line of over) {
    refuseIfAsked({line, why: `is longer than the limit of a request (${limits.bodyBytes / 1024} KiB)`});
    done.skipped.push(line.number);
  }
  for (const batch of batchesOf(fitting)) {
    for (let rest = batch; rest.length > 0; ) {
      const long = await embed(rest, {...options, done, truncate: false});
      if (long === null) break;
      refuseIfAsked(long);
      if (longLines === 'cut') await embed([long.line], {...options, done, truncate: true});
      (longLines === 'cut' ? done.cut : done.skipped).push(long.line.number);
      rest = rest.filter((line) => line !== long.line);
    }
    onProgress({...done});
  }
  done.skipped.sort((a, b) => a - b);
  return done;
}

/** Embeds the lines and counts them in `done`; returns the first that is too long, and then none was embedded. */
async function embed(
  lines: readonly Line[],
  {plan, system, done, truncate}: WarmOptions & {done: Warmed; truncate: boolean},
): Promise<LongLine | null> {
  const url = `${plan.urls.api}/embed`;
  const reply = await requestJson(url, {
    method: 'POST',
    body: {texts: lines.map(({text}) => text), truncate},
    schema: answerSchema,
    timeoutMs: Math.max(...plan.services.map(({slowestAnswerMs}) => slowestAnswerMs)),
    signal: system.signal,
  });
  if (reply.body !== null) {
    done.texts += lines.length;
    done.cached += reply.body.cached_count;
    return null;
  }
  const long = longLineOf(reply.text, lines);
  if (long !== null) return long;
  const message = `after ${done.texts} texts, ${url} answered ${reply.status}: ${reply.text.slice(0, 300)}`;
  throw new SutraError('NETWORK', message, {
    cure: 'fix the cause, then run it again: the texts before it are cached',
  });
}

function longLineOf(answer: string, lines: readonly Line[]): LongLine | null {
  const parsed = tooLongSchema.safeParse(parsedJson(answer));
  if (!parsed.success) return null;
  const {index, tokens, window} = parsed.data.error.details;
  const line = lines[index];
  return line === undefined ? null : {line, why: `has ${tokens} tokens, and the model's window is ${window}`};
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function tooLong(message: string, {texts}: Warmed): SutraError {
  return new SutraError('USAGE', message, {
    cure: [
      '--long-lines skip ignores such lines',
      '--long-lines cut truncates them, as for requests with "truncate": true',
      `${texts} texts before it are cached`,
    ],
  });
}
