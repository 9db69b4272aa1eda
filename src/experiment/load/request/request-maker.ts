import {seededRandom} from '../../../stats/random.js';
import type {BodyShape, LoadTarget} from './load-job.js';

/** The heads and bodies of requests, one a call: the same for the same seed. */
export function requestMaker(target: LoadTarget, body: BodyShape, drawText: () => string, seed: number): () => string {
  const head = headOf(target);
  const {template} = body;
  if (template === null) return () => `${head}\r\n`;
  const bodyOf = bodyMaker({...body, template}, drawText, seed);
  return () => {
    const text = bodyOf();
    return `${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  };
}

/** Bodies alone. */
export function bodyMaker(
  {template, batch, dimensions}: BodyShape & {template: string},
  drawText: () => string,
  seed: number,
): () => string {
  const random = seededRandom(seed);
  const pieces = template.split(/\{\{(texts|text|dimension)\}\}/);
  const makers: Record<string, () => string> = {
    texts: () => {
      const count = batch.least + Math.floor(random() * (batch.most - batch.least + 1));
      return JSON.stringify(Array.from({length: count}, drawText));
    },
    text: () => JSON.stringify(drawText()),
    dimension: () => String(dimensions[Math.floor(random() * dimensions.length)] ?? 0),
  };
  // Every second piece is the name of a slot.
  return () => pieces.map((piece, at) => (at % 2 === 0 ? piece : makers[piece]?.())).join('');
}

function headOf({url, method, headers}: LoadTarget): string {
  const {pathname, search, host} = new URL(url);
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'host');
  const all = named ? headers : {host, ...headers};
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}`;
}
