import {SutraError} from '../../errors.js';
import {hasNoSecret, shownAddress} from '../../shown-url.js';
import {editions, runtimes} from '../plan-schema.js';
import type {Settings} from './settings.js';

type Reader = (text: string) => Settings;

/** The seed's variables, and one of our own, the runtime: each is read in one way, and says what it allows. Its place in the order: flags above, files below. */
const variables: Record<string, {allowed: string; read: Reader}> = {
  SUTRA_EDITION: {
    allowed: editions.join(', '),
    read: (text) => ({edition: oneOf(editions, text)}),
  },
  SUTRA_RUNTIME: {
    allowed: ['auto', ...runtimes].join(', '),
    read: (text) => ({runtime: oneOf(['auto', ...runtimes] as const, text)}),
  },
  MATRYOSHKA_DIM: {allowed: 'a dimension the model offers', read: (text) => ({dimension: whole(text, 1)})},
  SUTRA_CACHE_ENABLED: {allowed: 'true or false', read: (text) => ({cache: {enabled: truth(text)}})},
  SUTRA_CACHE_CAPACITY: {
    allowed: 'a number of vectors, 1 to 100000000',
    read: (text) => ({cache: {capacity: whole(text, 1, 100_000_000)}}),
  },
  SUTRA_CACHE_TTL: {
    allowed: 'seconds, 1 to 31536000',
    read: (text) => ({cache: {ttlSeconds: whole(text, 1, 31_536_000)}}),
  },
  SUTRA_CACHE_HOST: {allowed: 'a host name', read: (text) => ({cache: {host: text}})},
  SUTRA_CACHE_PORT: {allowed: 'a port, 1 to 65535', read: (text) => ({cache: {port: whole(text, 1, 65_535)}})},
  ML_BASE_REPLICAS: {allowed: '1 to 32', read: (text) => ({replicas: whole(text, 1, 32)})},
  HAPROXY_STATS_PORT: {allowed: 'a port, 1 to 65535', read: (text) => ({ports: {stats: whole(text, 1, 65_535)}})},
  ML_BASE_URL: {
    allowed: 'an http or https address without user, password and query',
    read: (text) => ({modelsUrl: httpUrl(text)}),
  },
  MODEL_NAME: {allowed: 'a model that `sutra model list` shows', read: (text) => ({model: text})},
};

/** The variables that have a say in settings. */
export const variableNames = Object.keys(variables);

/** One layer of settings and where it came from, for the messages. */
export interface Layer {
  /** `--dimension`, `MATRYOSHKA_DIM`, `sutra.yaml` */
  origin: string;
  settings: Settings;
}

/** The seed's variables as layers, one each. An empty variable counts as not set. */
export function environmentLayers(env: Readonly<Record<string, string | undefined>>): Layer[] {
  return Object.entries(variables).flatMap(([name, {allowed, read}]) => {
    const text = env[name]?.trim();
    if (text === undefined || text === '') return [];
    try {
      return [{origin: name, settings: read(text)}];
    } catch {
      throw new SutraError('USAGE', `${name}=${shownAddress(text)}: not allowed`, {
        cure: `set ${name} to ${allowed}, or unset it`,
      });
    }
  });
}

function oneOf<const T extends readonly string[]>(options: T, text: string): T[number] {
  const found = options.find((option) => option === text);
  if (found === undefined) throw new RangeError(text);
  return found;
}

function whole(text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new RangeError(text);
  return value;
}

function truth(text: string): boolean {
  return oneOf(['true', 'false', '1', '0'], text.toLowerCase()).match(/true|1/) !== null;
}

function httpUrl(text: string): string {
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new RangeError(text);
  if (!hasNoSecret(text)) throw new RangeError('must not contain a user, password or query');
  return text;
}
