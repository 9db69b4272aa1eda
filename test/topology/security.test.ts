import {describe, expect, it} from 'vitest';
import {flagLayers} from '../../src/cli/flags/topology-flags.js';
import {keysFingerprint, parseApiKeys} from '../../src/topology/api-keys.js';
import {comparePlans} from '../../src/topology/compare-plans.js';
import {apiDoor, isExposedPort, securityNotices} from '../../src/topology/security.js';
import {parseSettings} from '../../src/topology/settings/parse-settings.js';
import {resolveTopology} from '../../src/topology/settings/resolve.js';
import type {Settings} from '../../src/topology/settings/settings.js';
import {planOf} from '../support/plans.js';

const [one, other] = ['first-key-0123456789', 'second-key-0123456789'];

describe('SUTRA_API_KEY', () => {
  it('holds one key or several, and blanks around them are nobody’s', () => {
    expect(parseApiKeys(` ${one} `)).toEqual({state: 'keys', keys: [one]});
    expect(parseApiKeys(`${one}, ${other}`)).toEqual({state: 'keys', keys: [one, other]});
  });

  it('not set and empty are the same; off says that no key is wanted', () => {
    for (const text of [undefined, '', '  ']) expect(parseApiKeys(text)).toEqual({state: 'unset'});
    expect(parseApiKeys('off')).toEqual({state: 'off'});
  });

  it.each([
    ['too short', 'short', 'the key has 5 characters'],
    ['the second too short', `${one},short`, 'key 2 has 5 characters'],
    ['a comma at the end', `${one},`, 'key 2 has 0 characters'],
    ['too long for a header', 'a'.repeat(513), 'the limit is 512'],
    ['a space inside', `${one} ${other}`, 'a space'],
    ['a letter beyond ASCII', `${one}é`, 'non-ASCII character'],
    ['a line break', `${one}\n${other}`, 'a space'],
    ['more than anybody hands out', Array.from({length: 101}, () => one).join(), '101 keys'],
  ])('%s is refused, and the message holds no key', (_, text, message) => {
    expect(() => parseApiKeys(text)).toThrow(expect.objectContaining({code: 'USAGE'}));
    expect(() => parseApiKeys(text)).toThrow(message);
    expect(() => parseApiKeys(text)).not.toThrow(one);
  });

  it('a set has the same name in whatever order, and another set another', () => {
    expect(keysFingerprint([one, other])).toBe(keysFingerprint([other, one, other]));
    expect(keysFingerprint([one])).not.toBe(keysFingerprint([one, other]));
    expect(keysFingerprint([one])).toMatch(/^[\da-f]{12}$/);
  });
});

describe('what a plan says of security', () => {
  it('asked for nothing: loopback, no TLS, no keys, no limit', () => {
    const security = {exposed: false, tls: 'off', apiKeys: null, requestsPerMinute: null};
    for (const edition of ['simple', 'community', 'enterprise'] as const)
      expect(planOf({edition}).security).toEqual(security);
  });

  it('flags, and sutra.yaml in the same words', () => {
    const flags = flagLayers({expose: true, tls: true, 'rate-limit': 60});
    const text = 'expose: true\ntls: generated\nrateLimit: 60\n';
    const fromFile = resolveTopology([{origin: 'sutra.yaml', settings: parseSettings(text, 'sutra.yaml')}]).settings;
    const fromFlags = resolveTopology(flags).settings;
    expect(fromFlags).toEqual(fromFile);
    expect(parseSettings('tls: off', 'sutra.yaml')).toEqual({tls: 'off'});
    expect(flagLayers({tls: false, expose: false}).map(({origin}) => origin)).toEqual(['--no-expose', '--no-tls']);
    expect(flagLayers({'tls-cert': '/srv/a.pem'})).toEqual([{origin: '--tls-cert', settings: {tls: '/srv/a.pem'}}]);
  });

  it('with TLS the API is https, and the models and the statistics stay as they were', () => {
    const {urls, security} = planOf({edition: 'community', tls: '/srv/a.pem'});
    expect(security.tls).toBe('given');
    expect(urls).toEqual({
      api: 'https://127.0.0.1:8888',
      loadBalancer: 'http://127.0.0.1:8887',
      stats: 'http://127.0.0.1:9999/stats',
    });
  });

  it('keys are named to the services that clients reach', () => {
    const named = (edition: 'community' | 'enterprise') =>
      planOf({edition}, 2, 'f1ce9a0b77d2')
        .services.filter(({env}) => env.SUTRA_API_KEYS === 'f1ce9a0b77d2')
        .map(({role}) => role);
    expect(named('community')).toEqual(['cached']);
    expect(named('enterprise')).toEqual(['direct']);
  });

  it.each([
    [
      'simple',
      {edition: 'simple', tls: 'generated'},
      '--tls: needs a load balancer, which topology simple does not have',
    ],
    [
      'direct',
      {topology: 'direct', rateLimit: 10},
      '--rateLimit: needs a load balancer, which topology direct does not have',
    ],
    [
      'simple',
      {edition: 'simple', accessLog: true},
      '--accessLog: needs a load balancer, which topology simple does not have',
    ],
    ['both', {edition: 'simple', tls: '/a.pem', rateLimit: 10}, '--tls, --rateLimit: needs a load balancer'],
  ] as const)('%s: what only a load balancer can do is refused, by the name of who asked', (_, settings, message) => {
    expect(() => planOf(settings)).toThrow(
      expect.objectContaining({code: 'USAGE', message: expect.stringContaining(message)}),
    );
  });

  it('keys and exposure work without a load balancer', () => {
    const plan = planOf({edition: 'simple', expose: true}, 2, 'f1ce9a0b77d2');
    expect(plan.security).toMatchObject({exposed: true, apiKeys: 'f1ce9a0b77d2'});
    expect(apiDoor(plan)).toBeNull();
  });

  it('exposed is the port of the API and no other', () => {
    const plan = planOf({edition: 'community', expose: true, portOffset: 1_000});
    expect(plan.ports.filter(({port}) => isExposedPort(plan, port))).toEqual([{port: 9888, owner: 'embedding-lb'}]);
    expect(apiDoor(plan)?.name).toBe('embedding-lb');
    const hidden = planOf({edition: 'community'});
    expect(hidden.ports.filter(({port}) => isExposedPort(hidden, port))).toEqual([]);
  });
});

it('whoever exposes an API without keys, or without TLS, is told', () => {
  const exposed = (tls: string, keys: string | null) =>
    securityNotices(planOf({edition: 'community', expose: true, tls}, 2, keys)).join();
  expect(exposed('generated', null)).toContain('EVERYONE');
  expect(exposed('off', 'f1ce9a0b77d2')).toContain('unencrypted');
  expect(exposed('generated', 'f1ce9a0b77d2')).toBe('');
  expect(securityNotices(planOf())).toEqual([]);
});

it('a rate limit in containers without keys is said to be shared, as Docker hides the addresses', () => {
  const notices = (settings: Settings, keys: string | null) => securityNotices(planOf(settings, 2, keys)).join();
  const limited = {edition: 'community', rateLimit: 60} as const;
  expect(notices({...limited, runtime: 'compose'}, null)).toContain('share one limit of 60 requests per minute');
  expect(notices({...limited, runtime: 'compose'}, 'f1ce9a0b77d2')).toBe('');
  expect(notices({...limited, runtime: 'process'}, null)).toBe('');
  expect(notices({edition: 'community', runtime: 'compose'}, null)).toBe('');
});

it('a difference of keys, TLS, limit or exposure is told, and no key with it', () => {
  const after = planOf({edition: 'community', expose: true, tls: 'generated', rateLimit: 60}, 2, 'f1ce9a0b77d2');
  const changes = comparePlans(planOf({edition: 'community'}), after);
  expect(changes.map(({what, before, after: now}) => `${what}: ${before} -> ${now}`)).toEqual(
    expect.arrayContaining([
      'exposed: false -> true',
      'TLS: off -> generated',
      'API keys: none -> f1ce9a0b77d2',
      'rate limit: none -> 60 a minute',
    ]),
  );
});
