import {setTimeout as sleep} from 'node:timers/promises';
import {rawVectors} from '@sutra/contract/http-embed';
import {type Info, infoSchema} from '@sutra/contract/http-info';
import {Pool} from 'undici';
import {EmbedFailure} from '../failure.js';
import type {Metrics} from '../metrics.js';
import {type DimensionWishes, factsOfInfo, type ModelFacts} from '../model-facts.js';
import {type FullVector, ModelChanged, type SourceState, type VectorSource, type Wanted} from '../vector-source.js';
import {badAnswer, isOtherDefault, readHeaders, rowsOf} from './read-vectors.js';
import {upstreamFailure} from './upstream-failure.js';

export interface UpstreamOptions {
  url: string;
  timeoutMs: number;
  wishes: DimensionWishes;
  metrics: Metrics;
  onEvent(event: 'model known' | 'model changed' | 'upstream lost' | 'upstream back', fields: object): void;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Uint8Array<ArrayBuffer>;
}

const connections = 256;
const connectTimeoutMs = 2_000;
/** Asking again for the model's facts: soon until they are known, then often enough to see a model change. */
const firstAskMs = 100;
const longestAskMs = 2_000;
const steadyAskMs = 5_000;
const askTimeoutMs = 2_000;
const brokenConnection = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** The models behind an address. */
export class UpstreamModel implements VectorSource {
  readonly #options: UpstreamOptions;
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #closing = new AbortController();
  #facts: ModelFacts | null = null;
  #upstreamDefault = 0;
  #connected = false;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    const url = new URL(options.url);
    this.#basePath = url.pathname.replace(/\/$/, '');
    this.#pool = new Pool(url.origin, {
      connections,
      connect: {timeout: connectTimeoutMs},
    });
    this.#keepAsking().catch(() => {});
  }

  facts(): ModelFacts | null {
    return this.#facts;
  }

  state(): SourceState {
    return {
      model: this.#facts === null ? 'loading' : 'ready',
      upstreamConnected: this.#connected,
      queueTokens: 0,
    };
  }

  async compute(
    texts: readonly string[],
    wanted: Wanted,
    facts: ModelFacts,
    signal: AbortSignal,
  ): Promise<FullVector[]> {
    let answer = await this.#askVectors(texts, wanted, facts, signal);
    if (isOtherDefault(readHeaders(answer.headers), facts)) {
      // Models that are being changed one by one have two default dimensions: the one wanted is said from now on.
      this.#upstreamDefault = 0;
      answer = await this.#askVectors(texts, wanted, facts, signal);
    }
    const {artifact, dimension, tokens} = readHeaders(answer.headers);
    if (artifact !== facts.artifact) {
      await this.#ask(signal);
      throw new ModelChanged(`expected vectors of ${facts.artifact}, got ${artifact}`);
    }
    if (dimension !== facts.nativeDimension || tokens.length !== texts.length) throw badAnswer('other rows than asked');
    return rowsOf(answer.body, dimension, tokens);
  }

  /** Any status but 200 is thrown as what it means here. */
  async #askVectors(texts: readonly string[], wanted: Wanted, facts: ModelFacts, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#post(this.#bodyFor(texts, wanted, facts), signal);
    this.#options.metrics.upstreamCall(String(answer.status));
    if (answer.status === 200) return answer;
    throw upstreamFailure(answer.status, answer.headers, Buffer.from(answer.body).toString());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#pool.destroy();
  }

  /** Only what differs from the defaults, so that a request of the largest legal size stays legal when it is sent on. */
  #bodyFor(texts: readonly string[], {normalise, truncate, inputType}: Wanted, facts: ModelFacts): string {
    return JSON.stringify({
      texts,
      normalize: normalise ? undefined : false,
      truncate: truncate ? true : undefined,
      input_type: inputType,
      dimension: facts.nativeDimension === this.#upstreamDefault ? undefined : facts.nativeDimension,
    });
  }

  async #post(body: string, signal: AbortSignal): Promise<Answer> {
    const send = () => this.#request('POST', '/embed', signal, this.#options.timeoutMs, body);
    try {
      return await send().catch((error: unknown) => {
        // A kept connection that the other side closed in that moment: nothing was answered, so it is sent once more.
        if (brokenConnection.has(codeOf(error))) return send();
        throw error;
      });
    } catch (error) {
      signal.throwIfAborted();
      this.#options.metrics.upstreamCall('none');
      this.#setConnected(false, codeOf(error));
      throw new EmbedFailure('upstream_lost', 'the models cannot be reached, or did not answer in time', {
        details: {upstream: this.#options.url, cause: codeOf(error)},
        retryAfterSeconds: 1,
      });
    }
  }

  async #request(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    timeoutMs: number,
    body: string | null = null,
  ): Promise<Answer> {
    const answer = await this.#pool.request({
      method,
      path: this.#basePath + path,
      headers: {'content-type': 'application/json', accept: method === 'POST' ? rawVectors.contentType : '*/*'},
      body,
      signal,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const bytes = await answer.body.bytes();
    this.#setConnected(true, '');
    return {status: answer.statusCode, headers: answer.headers, body: new Uint8Array(bytes)};
  }

  async #keepAsking(): Promise<void> {
    let waitMs = firstAskMs;
    for (;;) {
      await this.#ask(this.#closing.signal).catch((error: unknown) => this.#setConnected(false, codeOf(error)));
      waitMs = this.#facts === null ? Math.min(longestAskMs, waitMs * 2) : steadyAskMs;
      await sleep(waitMs, undefined, {signal: this.#closing.signal, ref: false});
    }
  }

  /** Learns the model's facts. A model that is still loading has none to tell and changes nothing. */
  async #ask(signal: AbortSignal): Promise<void> {
    const answer = await this.#request('GET', '/info', signal, askTimeoutMs);
    const info = answer.status === 200 ? infoSchema.safeParse(JSON.parse(Buffer.from(answer.body).toString())) : null;
    if (info?.success !== true) return;
    this.#learn(info.data);
  }

  #learn(info: Info): void {
    const before = this.#facts;
    this.#facts = factsOfInfo(info, this.#options.wishes);
    this.#upstreamDefault = info.model.default_dimension;
    if (before?.artifact === this.#facts.artifact) return;
    this.#options.onEvent(before === null ? 'model known' : 'model changed', {
      model: this.#facts.id,
      artifact: this.#facts.artifact,
    });
  }

  #setConnected(connected: boolean, reason: string): void {
    if (this.#closing.signal.aborted || connected === this.#connected) return;
    this.#connected = connected;
    this.#options.onEvent(connected ? 'upstream back' : 'upstream lost', {upstream: this.#options.url, reason});
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
