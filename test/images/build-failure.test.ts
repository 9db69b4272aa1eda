import {expect, it} from 'vitest';
import {buildFailure, pullFailure, pushFailure} from '../../src/images/build-failure.js';

const base = 'node:24-trixie-slim';

it.each([
  [
    'a full disk',
    'NO_SPACE',
    ['npm error code ENOSPC', 'npm error nospc ENOSPC: no space left on device, write'],
    /df/,
  ],
  [
    'a full disk under BuildKit itself',
    'NO_SPACE',
    ['ERROR: failed to solve: failed to copy files: write /var/lib/docker/x: no space left on device'],
    /docker builder prune/,
  ],
  [
    'a network that is cut',
    'NETWORK',
    [
      'npm error code ENOTFOUND',
      'npm error network request to https://npm/zod failed, reason: getaddrinfo ENOTFOUND npm',
    ],
    /HTTPS_PROXY/,
  ],
  ['a network that answers nothing', 'NETWORK', ['npm error code ETIMEDOUT'], /HTTPS_PROXY/],
  ['a proxy that opens TLS', 'NETWORK', ['npm error code SELF_SIGNED_CERT_IN_CHAIN'], /--ca FILE/],
  ['a registry that wants a token', 'PERMISSION', ['npm error code E401'], /npmrc/],
  ['an engine that was stopped', 'TOOL_MISSING', ['ERROR: error reading from server: EOF'], /start docker/],
  [
    'a base image that is gone',
    'NETWORK',
    ['ERROR: failed to solve: node:24: failed to do request: Head "https://x/v2/": dial tcp: lookup x: no such host'],
    /docker pull node:24-trixie-slim/,
  ],
  ['a program that fails', 'BUILD_FAILED', ['error TS2322: Type string is not assignable'], /--no-cache/],
])('%s is said as %s', (_, code, lines, cure) => {
  const failure = buildFailure('sutra-cache', base, ['#1 something before', '', ...lines]);
  expect(failure.code).toBe(code);
  expect(failure.message).toContain('sutra-cache could not be built');
  expect(failure.message).toContain(`    ${lines.at(-1)}`);
  expect(failure.cures.join('\n')).toMatch(cure);
});

it('a full disk is not taken for a failed download', () => {
  const lines = ['npm error network ETIMEDOUT', 'npm error code ENOSPC'];
  expect(buildFailure('sutra-cache', base, lines).code).toBe('NO_SPACE');
});

it('of a long output the last lines are shown', () => {
  const lines = Array.from({length: 100}, (_, index) => `line ${index}`);
  const {message} = buildFailure('sutra-cache', base, lines);
  expect(message).toContain('line 99');
  expect(message).toContain('line 88');
  expect(message).not.toContain('line 87');
});

it('a base image that cannot be pulled is named, with the build argument that takes another', () => {
  const failure = pullFailure('haproxy:3.0', ['dial tcp: lookup registry: no such host']);
  expect(failure.code).toBe('NETWORK');
  expect(failure.message).toContain('the base image haproxy:3.0');
  expect(failure.cures.join('\n')).toContain('--build-arg HAPROXY_IMAGE=REGISTRY/haproxy:3.0');
  expect(pullFailure(base, ['write /x: no space left on device']).code).toBe('NO_SPACE');
});

it('a push that is refused asks for a login, one that does not arrive does not', () => {
  const refused = pushFailure('ghcr.io/me/sutra-cache:0.1.0', ['denied: permission_denied']);
  expect([refused.code, refused.cures[0]]).toEqual(['PERMISSION', 'docker login ghcr.io']);
  expect(pushFailure('localhost:1/sutra-cache:0.1.0', ['connection refused']).code).toBe('NETWORK');
});
