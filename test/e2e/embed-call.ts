import {z} from 'zod';

const answerSchema = z.object({
  embeddings: z.array(z.array(z.number())),
  dimension: z.int(),
  model: z.string(),
  processing_time_ms: z.number(),
  cached_count: z.int(),
  edition: z.string(),
  batch_size: z.int(),
});
export type EmbedAnswer = z.infer<typeof answerSchema>;

/** `POST /embed`; anything but 200 and a whole answer throws, quoting it. */
export async function embed(api: string, body: object): Promise<EmbedAnswer> {
  const {status, json} = await post(`${api}/embed`, body);
  if (status !== 200) throw new Error(`${api}/embed answered ${status}: ${JSON.stringify(json)}`);
  return answerSchema.parse(json);
}

export async function post(url: string, body: object): Promise<{status: number; json: unknown}> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(120_000),
  });
  return {status: reply.status, json: await reply.json()};
}
