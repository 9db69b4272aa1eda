import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {request} from 'undici';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface Exchange {
  path: string;
  /** The body as it came; empty for a GET. */
  body: string;
  /** Asks what is behind, with this body or the one that came. */
  forward(body?: string): Promise<Answer>;
}

/** What becomes of a request and its answer on the way. */
export type Tamper = (exchange: Exchange) => Promise<Answer>;

/** Stands before a part of a running stack, so that its answers are wrong in one way. */
export async function startTampering(target: string, tamper: Tamper): Promise<AsyncDisposable & {url: string}> {
  const server = createServer(async (asked, response) => {
    const path = asked.url ?? '/';
    const method = asked.method ?? 'GET';
    const came = await text(asked);
    const forward = async (body = came): Promise<Answer> => {
      const reply = await request(target + path, {method, body: body === '' ? null : body});
      return {status: reply.statusCode, headers: kept(reply.headers), text: await reply.body.text()};
    };
    const answer = await tamper({path, body: came, forward});
    response.writeHead(answer.status, answer.headers).end(answer.text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function kept(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    ['content-type', 'x-sutra-artifact'].flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])),
  );
}

interface Asked {
  texts: string[];
  dimension?: number;
  cache_ttl_seconds?: number;
}

/** Changes every vector of an answer that has some. */
export function withVectors(
  change: (vector: number[], at: {index: number; text: string; asked: Asked}) => number[],
): Tamper {
  return async ({path, body, forward}) => {
    const answer = await forward();
    if (path !== '/embed' || answer.status !== 200) return answer;
    const asked = JSON.parse(body) as Asked;
    const told = JSON.parse(answer.text) as {embeddings: number[][]};
    const embeddings = told.embeddings.map((vector, index) =>
      change(vector, {index, asked, text: asked.texts[index] ?? ''}),
    );
    return {...answer, text: JSON.stringify({...told, embeddings})};
  };
}
