import {describe, expect, it} from 'vitest';
import {proxiesOf} from '../../../src/system/http/proxies.js';

const a = 'http://a:3128';
const b = 'http://b:3128';

describe('the proxies of downloads', () => {
  it.each([
    [{}, {httpProxy: '', httpsProxy: '', noProxy: ''}],
    [
      {http_proxy: a, HTTP_PROXY: b},
      {httpProxy: a, httpsProxy: '', noProxy: ''},
    ],
    [
      {http_proxy: '', HTTP_PROXY: b},
      {httpProxy: b, httpsProxy: '', noProxy: ''},
    ],
    [
      {HTTPS_PROXY: a, ALL_PROXY: b, NO_PROXY: 'x'},
      {httpProxy: b, httpsProxy: a, noProxy: 'x'},
    ],
    [{ALL_PROXY: 'socks5://a:1080'}, {httpProxy: '', httpsProxy: '', noProxy: ''}],
    [
      {ALL_PROXY: 'socks5://a:1080', npm_config_proxy: a, npm_config_noproxy: 'y'},
      {httpProxy: a, httpsProxy: a, noProxy: 'y'},
    ],
  ])('%j', (env, expected) => {
    expect(proxiesOf(env)).toEqual(expected);
  });

  it.each(['proxy:3128', 'socks5://user:hidden@a:1080', 'user:hidden@proxy'])(
    '%s is refused without its password',
    (value) => {
      const refused = () => proxiesOf({HTTPS_PROXY: value});
      expect(refused).toThrow(/^HTTPS_PROXY is not an http or https address$/);
    },
  );
});
