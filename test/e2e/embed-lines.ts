import {embed} from './embed-call.js';

const linesPerBatch = 256;

/** Every line's vector, in order, by requests of the largest legal number of texts, two at a time; nothing is cached. */
export async function embedLines(api: string, lines: string[]): Promise<number[][]> {
  const batches = Array.from({length: Math.ceil(lines.length / linesPerBatch)}, (_, index) =>
    lines.slice(index * linesPerBatch, (index + 1) * linesPerBatch),
  );
  const answers: number[][][] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < batches.length) {
      const index = next;
      next += 1;
      answers[index] = (await embed(api, {texts: batches[index], truncate: true, cache_ttl_seconds: 0})).embeddings;
    }
  };
  await Promise.all([worker(), worker()]);
  return answers.flat();
}
