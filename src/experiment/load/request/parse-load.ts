import {SutraError} from '../../../errors.js';
import {shownAddress} from '../../../shown-url.js';
import {parseWorkload} from '../workloads/open-workload.js';
import type {Arrivals} from './load-job.js';
import type {LoadRequest} from './load-request.js';
import {parseBody} from './parse-body.js';
import {parseDuration, parseRate} from './parse-quantity.js';
import {parseStages} from './parse-stages.js';
import {type ProfileName, profileStages} from './profiles.js';
import type {Stage} from './stages.js';

/** The flags of a load, as they were typed. */
export interface LoadFlags {
  rate?: string | undefined;
  duration?: string | undefined;
  stages?: string | undefined;
  profile?: ProfileName | undefined;
  arrivals: Arrivals;
  closed: boolean;
  connections?: number | undefined;
  workers: number;
  warmup: string;
  timeout: string;
  seed?: number | undefined;
  workload: string;
  words: string;
  batch: string;
  dimension?: string | undefined;
  method?: string | undefined;
  header?: string[] | undefined;
  body?: string | undefined;
}

/** Values used where a flag is not given. The help shows them. */
export const loadDefaults = {
  rate: 50,
  duration: '30s',
  profile: 'constant',
  connections: 128,
  closedConnections: 32,
} as const;

/** What the flags ask for. Throws USAGE, naming the flag. */
export function parseLoad(flags: LoadFlags): Omit<LoadRequest, 'url'> {
  const closed = flags.closed;
  const connections = flags.connections ?? (closed ? loadDefaults.closedConnections : loadDefaults.connections);
  const method = parseMethod(flags.method ?? (flags.body === '' ? 'GET' : 'POST'));
  const headers = parseHeaders(flags.header ?? []);
  const body = parseBody(flags, method);
  if (body.template !== null && !Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) {
    headers['content-type'] = 'application/json';
  }
  return {
    method,
    headers,
    workload: parseWorkload(flags.workload),
    body,
    loop: closed ? refuseOpenFlags(flags) : openLoop(flags),
    connections,
    workers: flags.workers,
    warmupMs: parseDuration(flags.warmup, '--warmup', {zero: true}),
    durationMs: flags.duration === undefined ? null : parseDuration(flags.duration, '--duration'),
    deadlineMs: parseDuration(flags.timeout, '--timeout'),
    seed: flags.seed ?? Math.floor(Math.random() * 2 ** 31),
  };
}

/** A URL in http or https; one without a path means the embedder that is there. Throws USAGE. */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') {
    if (url.username === '' && url.password === '') return withPath(url);
    // The address is printed and kept in reports; a password is not to be.
    throw new SutraError('USAGE', `--url ${url.protocol}//…@${url.host}: must not contain a user or password`, {
      cure: '--header "authorization: Basic $(printf %s USER:PASSWORD | base64)"',
    });
  }
  throw new SutraError('USAGE', `--url ${shownAddress(text)} is not an HTTP URL`, {
    cure: '--url http://127.0.0.1:8888',
  });
}

function withPath(url: URL): URL {
  return url.pathname === '/' && url.search === '' ? new URL('/embed', url) : url;
}

function openLoop(flags: LoadFlags): LoadRequest['loop'] {
  const {arrivals} = flags;
  if (flags.stages !== undefined) {
    for (const name of ['rate', 'duration', 'profile'] as const) {
      if (flags[name] !== undefined)
        throw conflict('--stages', `--${name}`, '--stages already sets rates and durations');
    }
    return {kind: 'open', arrivals, stages: parseStages(flags.stages), ratePerSecond: null};
  }
  const ratePerSecond = flags.rate === undefined ? null : parseRate(flags.rate, '--rate');
  const isTrace = flags.workload.startsWith('trace:') && flags.profile === undefined;
  return {
    kind: 'open',
    arrivals,
    ratePerSecond,
    stages: isTrace ? null : stagesOf(flags, ratePerSecond ?? loadDefaults.rate),
  };
}

function stagesOf(flags: LoadFlags, ratePerSecond: number): Stage[] {
  const durationMs = parseDuration(flags.duration ?? loadDefaults.duration, '--duration');
  return profileStages(flags.profile ?? loadDefaults.profile, {ratePerSecond, durationMs});
}

function refuseOpenFlags(flags: LoadFlags): {kind: 'closed'} {
  for (const name of ['rate', 'stages', 'profile'] as const) {
    if (flags[name] !== undefined)
      throw conflict(
        '--closed',
        `--${name}`,
        'in a closed loop each connection sends when answered, so there is no rate',
      );
  }
  return {kind: 'closed'};
}

function conflict(one: string, other: string, reason: string): SutraError {
  return new SutraError('USAGE', `${one} and ${other} cannot be combined: ${reason}`, {cure: 'leave out one of them'});
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function parseMethod(text: string): string {
  const method = text.toUpperCase();
  if (methods.includes(method)) return method;
  throw new SutraError('USAGE', `--method ${text}: is not supported`, {cure: `choose one of ${methods.join(', ')}`});
}

/** What the generator makes itself, from each body. */
const framing = /^(content-length|transfer-encoding)$/i;

function parseHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e]*)$/.exec(line) ?? [];
      if (name !== undefined && framing.test(name)) {
        throw new SutraError('USAGE', `--header ${name}: is set by the generator for each request`, {
          cure: 'leave it out',
        });
      }
      if (name !== undefined && value !== undefined) return [name, value] as const;
      throw new SutraError('USAGE', `--header ${line}: is not NAME: VALUE`, {
        cure: "--header 'authorization: Bearer TOKEN'",
      });
    }),
  );
}
