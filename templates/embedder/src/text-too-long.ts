import {z} from 'zod';
import {EmbedFailure} from './failure.js';

const detailsSchema = z.object({index: z.int().min(0), tokens: z.int(), window: z.int()});

/** The text at `index` of the list has more tokens than the model's window. */
export function textTooLong(index: number, tokens: number, window: number): EmbedFailure {
  return new EmbedFailure(
    'text_too_long',
    `text ${index} has ${tokens} tokens, the model's window is ${window}: shorten it, or send "truncate": true to have it cut`,
    {details: {index, tokens, window}},
  );
}

/** The same failure in a longer list, of which only some texts were sent on: `places[i]` is where text i was there. */
export function atItsPlace(error: unknown, places: readonly number[]): unknown {
  if (!(error instanceof EmbedFailure) || error.code !== 'text_too_long') return error;
  const details = detailsSchema.safeParse(error.details);
  const place = details.success ? places[details.data.index] : undefined;
  if (!details.success || place === undefined) return error;
  return textTooLong(place, details.data.tokens, details.data.window);
}
