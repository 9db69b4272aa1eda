import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {seededRandom} from '../../src/stats/random.js';

export interface EmbedServer extends AsyncDisposable {
  url: string;
  /** Texts and dimension of every request, in order. */
  asked: {texts: string[]; dimension: number}[];
}

/** Answers `/embed` with `rowOf` each text, or with this status where it is null. */
export async function embedServer(
  rowOf: (text: string, dimension: number) => number[] | null,
  status = 422,
): Promise<EmbedServer> {
  const asked: EmbedServer['asked'] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const {texts, dimension = 2} = JSON.parse(Buffer.concat(parts).toString());
    asked.push({texts, dimension});
    const rows: (number[] | null)[] = texts.map((text: string) => rowOf(text, dimension));
    if (rows.includes(null)) return response.writeHead(status).end('{"error": {"message": "not offered"}}');
    const embeddings = rows.filter((row) => row?.length !== 0);
    return response.end(JSON.stringify({embeddings, dimension, model: 'made-up', cached_count: 0}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As many numbers between -1 and 1, the same for the same text. */
export function numbersOf(text: string, count: number): number[] {
  const seed = [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  const random = seededRandom(seed);
  return Array.from({length: count}, () => 2 * random() - 1);
}
