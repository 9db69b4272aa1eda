import {type EmbedResponse, type ErrorBody, rawVectors} from '@sutra/contract/http-embed';

/** `POST /embed` that must succeed. */
export async function embed(url: string, body: Record<string, unknown>): Promise<EmbedResponse> {
  const answer = await post(url, '/embed', body);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return JSON.parse(text);
}

/** The vector of one text. */
export async function vectorOf(url: string, text: string, more: Record<string, unknown> = {}): Promise<number[]> {
  const {embeddings} = await embed(url, {texts: [text], ...more});
  return embeddings[0] ?? [];
}

/** A request that must be refused: its status, and its error body. */
export async function refused(url: string, body: Record<string, unknown>, path = '/embed') {
  const answer = await post(url, path, body);
  const error = await jsonOf<ErrorBody>(answer);
  return {status: answer.status, headers: answer.headers, ...error};
}

export async function post(
  url: string,
  path: string,
  body: Record<string, unknown>,
  signal: AbortSignal | null = null,
): Promise<Response> {
  const headers = {'content-type': 'application/json'};
  return await fetch(url + path, {method: 'POST', headers, body: JSON.stringify(body), signal});
}

export async function jsonOf<T>(answer: Response): Promise<T> {
  return JSON.parse(await answer.text());
}

/** `POST /embed` as one of our services asks another. */
export async function embedRaw(url: string, body: Record<string, unknown>) {
  const headers = {accept: rawVectors.contentType};
  const answer = await fetch(`${url}/embed`, {method: 'POST', headers, body: JSON.stringify(body)});
  return {headers: answer.headers, values: new Float32Array(await answer.arrayBuffer())};
}

/**
 * The value of one sample of `/metrics`, by its name and labels as they are printed. A metric of which nothing was counted
 * yet is 0; one that is not there at all throws.
 */
export async function metric(url: string, sample: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
  if (line !== undefined) return Number(line.slice(sample.length + 1));
  const name = sample.replace(/\{.*/, '');
  const names = [name, name.replace(/_(sum|count|bucket)$/, '')];
  if (names.some((known) => text.includes(`# TYPE ${known} `))) return 0;
  throw new Error(`/metrics has no ${name}`);
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
