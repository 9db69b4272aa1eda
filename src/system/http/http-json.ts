import {testTraffic, trafficHeader} from '@sutra/contract/http-embed';
import {type Dispatcher, request} from 'undici';
import type {z} from 'zod';
import {SutraError} from '../../errors.js';
import {shownUrl} from '../../shown-url.js';
import {credentialsFor, keyRefused} from './stack-credentials.js';

/** Of an answer that is not what was asked for. */
const shownChars = 80;

export interface JsonRequest<T> {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  /** A body that is no JSON, as it is. */
  form?: string;
  headers?: Record<string, string>;
  schema: z.ZodType<T>;
  timeoutMs: number;
  signal: AbortSignal;
}

export interface JsonReply<T> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The parsed body of a 2xx; null for any other status. */
  body: T | null;
  text: string;
}

/**
 * One HTTP exchange with a deadline; to the command's own stack with its key and trust. A status is a result, but for a
 * 401, a USAGE error; no answer is a NETWORK error that says who did not answer.
 */
export async function requestJson<T>(url: string, options: JsonRequest<T>): Promise<JsonReply<T>> {
  const {method = 'GET', schema, timeoutMs} = options;
  const presented = credentialsFor(url);
  // What a command asks is no client's traffic: services count it apart.
  const headers = {[trafficHeader]: testTraffic, ...presented.headers, ...options.headers};
  const body = options.form ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]);
  const {status, text, replyHeaders} = await exchange(url, {
    method,
    body,
    headers,
    signal,
    dispatcher: presented.dispatcher,
  }).catch((error: unknown) => {
    if (options.signal.aborted) throw options.signal.reason;
    throw new SutraError('NETWORK', `${method} ${shownUrl(url)}: no answer (${reasonOf(error, timeoutMs)})`, {
      cause: error,
    });
  });
  if (status === 401) throw keyRefused(url);
  const good = status >= 200 && status < 300;
  return {status, headers: replyHeaders, body: good ? parseBody(url, text, schema) : null, text};
}

interface Exchange {
  method: 'GET' | 'POST' | 'DELETE';
  body: string | undefined;
  headers: Record<string, string>;
  signal: AbortSignal;
  dispatcher: Dispatcher;
}

async function exchange(url: string, {method, body, headers, signal, dispatcher}: Exchange) {
  const reply = await request(url, {
    method,
    signal,
    dispatcher,
    headers: {...(body === undefined ? {} : {'content-type': 'application/json'}), ...headers},
    ...(body === undefined ? {} : {body}),
  });
  return {status: reply.statusCode, replyHeaders: reply.headers, text: await reply.body.text()};
}

function parseBody<T>(url: string, text: string, schema: z.ZodType<T>): T {
  const json = jsonOf(text);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const begins = text.trim() === '' ? 'nothing' : JSON.stringify(text.slice(0, shownChars));
  const wrong = json === undefined ? '' : `: ${wrongField(json, parsed.error.issues[0])}`;
  const message = `${shownUrl(url)} did not answer as expected, but with ${begins}${wrong}`;
  throw new SutraError('NETWORK', message, {cause: parsed.error});
}

/** Undefined where the text is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `l2.stored is null (Invalid input: expected int, received null)`: where it is wrong, and what is there. */
function wrongField(json: unknown, issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path ?? [];
  const found = path.reduce((value: unknown, key) => (value as Record<PropertyKey, unknown> | null)?.[key], json);
  const value = found === undefined ? 'missing' : JSON.stringify(found).slice(0, shownChars);
  return `${path.join('.') || 'the body'} is ${value} (${issue?.message})`;
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `nothing within ${timeoutMs} ms`;
  if (error instanceof Error && 'code' in error && error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return 'a response larger than any of a stack';
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
