import {SutraError} from '../../errors.js';

export interface Proxies {
  /** For http: addresses and for https: ones; empty: none. */
  httpProxy: string;
  httpsProxy: string;
  noProxy: string;
}

/**
 * The proxies that downloads use. Each list is in order of precedence: what curl reads, then what npm reads, since a
 * machine may have only its npm configured. Throws USAGE for one that is not an http or https address.
 */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>): Proxies {
  const shared = ['all_proxy', 'ALL_PROXY'];
  const npm = ['npm_config_https_proxy', 'npm_config_proxy'];
  return {
    httpProxy: firstProxy(env, ['http_proxy', 'HTTP_PROXY'], [...shared, ...npm]),
    httpsProxy: firstProxy(env, ['https_proxy', 'HTTPS_PROXY'], [...shared, ...npm]),
    noProxy: env.no_proxy || env.NO_PROXY || env.npm_config_noproxy || '',
  };
}

/** `shared` is also read by programs that speak other protocols: what is not HTTP there is passed over. */
function firstProxy(env: Readonly<Record<string, string | undefined>>, own: string[], shared: string[]): string {
  for (const name of own) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    if (isHttp(value)) return value;
    // The value may hold a password.
    throw new SutraError('USAGE', `${name} is not an http or https address`, {
      cure: `${name}=http://HOST:PORT, then run the same command again`,
    });
  }
  return shared.map((name) => env[name] ?? '').find(isHttp) ?? '';
}

function isHttp(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
