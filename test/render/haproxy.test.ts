import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Artifact} from '../../src/render/artifact.js';
import {renderHaproxy} from '../../src/render/haproxy/haproxy.js';
import type {HaproxyVersion} from '../../src/render/haproxy/site.js';
import {findHaproxy} from '../../src/system/haproxy-program.js';
import {runProgram} from '../../src/system/process/run-program.js';
import {generateCertificate} from '../../src/system/tls/generated-certificate.js';
import {placeOnHost} from '../../src/topology/place.js';
import type {Plan} from '../../src/topology/plan-schema.js';
import {isExposedPort} from '../../src/topology/security.js';
import {planOf} from '../support/plans.js';
import {needs} from '../support/skip.js';

const signal = new AbortController().signal;

const secrets = {certificate: '/srv/stack/.sutra/secrets/tls.pem', apiKeys: '/srv/stack/.sutra/secrets/api-keys'};

function render(plan: Plan, version: HaproxyVersion = {major: 3, minor: 0}, files = secrets): Artifact[] {
  return renderHaproxy(plan, {
    version,
    resolvesNames: false,
    bindAddress: (door) => (door !== 'stats' && isExposedPort(plan, door.port) ? '::' : '127.0.0.1'),
    tlsCertificate: plan.security.tls === 'off' ? null : files.certificate,
    apiKeyFile: plan.security.apiKeys === null ? null : files.apiKeys,
    adminSocket: '/run/sutra/haproxy.sock',
    probeAddress: 'unix@/run/sutra/probe.sock',
    servers: (name) =>
      placeOnHost(plan)
        .filter(({service}) => service.name === name)
        .map((instance) => ({name: instance.name, address: instance.host, port: instance.port})),
  });
}

const textOf = (artifacts: Artifact[]) => artifacts.map(({text}) => text).join('\n');

/** All that can be asked for of security. */
const secure = planOf({edition: 'community', tls: 'generated', rateLimit: 600, expose: true}, 2, 'f1ce9a0b77d2');

describe('the examples in haproxy/ are what is rendered', () => {
  it.each([
    ['community', planOf({edition: 'community'})],
    ['enterprise', planOf({edition: 'enterprise'})],
    ['community-seed-timing', planOf({edition: 'community', timing: 'seed'})],
    ['community-secure', secure],
  ])('%s', async (example, plan) => {
    for (const {path, text} of render(plan)) {
      await expect(text).toMatchFileSnapshot(`../../haproxy/${example}/${path.replace('haproxy/', '')}`);
    }
  });
});

it('an access log is some lines of each frontend, and nothing where it is off', () => {
  const lines = (accessLog: boolean) => textOf(render(planOf({edition: 'community', accessLog}))).split('\n');
  const [off, on] = [lines(false), lines(true)];
  const format =
    '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B - - %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq "%HM %HPO %HV"';
  const perFrontend = [
    '    # A line a request, as httplog writes it. No header and no query: what a client puts there may be a key.',
    '    no log',
    '    log stdout format iso daemon info',
    '    no option dontlog-normal',
    `    log-format '${format}'`,
  ];
  expect(on.filter((line) => !off.includes(line))).toEqual([...perFrontend, ...perFrontend]);
});

describe('haproxy -c takes it without a warning', async () => {
  const haproxy = await findHaproxy({signal});
  it.for([
    ['community', planOf({edition: 'community'})],
    ['enterprise', planOf({edition: 'enterprise'})],
    ['seed timing', planOf({edition: 'community', timing: 'seed'})],
    ['thirty-two replicas', planOf({edition: 'community', replicas: 32, ports: {edges: 8950}})],
    ['TLS, API keys, a rate limit, beyond loopback', secure],
    ['an access log', planOf({edition: 'community', accessLog: true})],
    ['a rate limit by address alone', planOf({edition: 'enterprise', rateLimit: 60})],
  ] as const)('%s', async ([, plan], context) => {
    needs(context, haproxy === null ? 'haproxy is not installed' : null);
    const folder = await mkdtemp(join(tmpdir(), "sutra ha'pro$xy #-"));
    try {
      const files = {certificate: join(folder, 'tls.pem'), apiKeys: join(folder, 'api-keys')};
      await writeFile(files.certificate, await generateCertificate('some-host', Date.now()));
      await writeFile(files.apiKeys, `${'ab'.repeat(32)}\n`);
      for (const {path, text} of render(plan, haproxy?.version, files)) {
        await mkdir(join(folder, dirname(path)), {recursive: true});
        await writeFile(join(folder, path), text);
      }
      const args = ['-c', '-f', join(folder, 'haproxy')];
      const run = await runProgram([haproxy?.program ?? 'haproxy', args], {timeoutMs: 10_000, signal});
      expect(run).toMatchObject({exitCode: 0});
      expect(`${run?.stdout}${run?.stderr}`).not.toMatch(/warning/i);
    } finally {
      await rm(folder, {recursive: true});
    }
  });
});

describe('what versions can and cannot do', () => {
  it.each([
    ['leastconn', {major: 2, minor: 6}],
    ['leastconn', {major: 3, minor: 0}],
    ['random(2)', {major: 3, minor: 2}],
  ])('balance %s', (algorithm, version) => {
    expect(textOf(render(planOf({edition: 'community'}), version))).toContain(`balance ${algorithm}`);
  });

  it('none cuts the sessions of a server that goes down: a request that was still connecting would be lost', () => {
    const text = textOf(render(planOf({edition: 'community'}), {major: 2, minor: 6}));
    expect(text).not.toMatch(/^ *default-server .*shutdown-sessions/m);
  });
});

describe('a failed connection', () => {
  const lines = (plan: Plan) =>
    textOf(render(plan))
      .split('\n')
      .filter((line) => /^ *server ml-base-/.test(line));

  it('takes a replica out, but not its backup line', () => {
    const [first, ...others] = lines(planOf({edition: 'community', replicas: 1}));
    expect(first).toMatch(/server ml-base-1 .* on-error mark-down$/);
    expect(others).toEqual([expect.stringMatching(/server ml-base-1\.unobserved .* on-error fastinter backup$/)]);
  });

  it('hastens the checks where those would take a minute to bring a healthy replica back', () => {
    const all = lines(planOf({edition: 'community', timing: 'seed'}));
    expect(all).toHaveLength(3);
    for (const line of all) expect(line).toMatch(/on-error fastinter$/);
  });
});

describe('connections are shared out, so that a flood of one frontend takes nothing from the others', () => {
  const numbers = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, number]) => Number(number));

  it.each([
    ['community', planOf({edition: 'community'})],
    ['enterprise', planOf({edition: 'enterprise'})],
    ['secure', secure],
  ])('%s: the process may hold more than all frontends, and its buffers fit into its memory', (_, plan) => {
    const frontends = render(plan).filter(({text}) => /^frontend /m.test(text));
    const shares = frontends.flatMap(({text}) => numbers(text, /^ {4}maxconn (\d+)/gm));
    expect(shares).toHaveLength(frontends.length);
    const [all = 0] = numbers(textOf(render(plan)), /^global[\s\S]*?^ {4}maxconn (\d+)/gm);
    expect(all).toBeGreaterThan(shares.reduce((sum, share) => sum + share, 0));
    expect(all * 3 * 256).toBeLessThanOrEqual((plan.loadBalancer?.memoryMb ?? 0) * 1024 * 0.75);
  });

  it('a closed loop of 512 connections is let in from one address, and leaves 400 to others', () => {
    const text = render(planOf({edition: 'community'})).find(({path}) => path.includes('embedding-lb'))?.text ?? '';
    expect(numbers(text, /sc1_conn_cur gt (\d+)/g)).toEqual([512]);
    expect(numbers(text, /^ {4}maxconn (\d+)/gm)[0]).toBeGreaterThanOrEqual(912);
  });

  it('no connection holds more than one request', () => {
    const text = textOf(render(secure));
    expect(text).toContain('option disable-h2-upgrade');
    expect(text.match(/alpn \S+/g)).toEqual(['alpn http/1.1']);
  });
});

describe('retries', () => {
  it.each([
    [1, 3],
    [3, 4],
    [5, 8],
    [9, 8],
  ])('with %i models: two for each that may be dead, from 3 to 8', (replicas, count) => {
    const text = textOf(render(planOf({edition: 'enterprise', replicas})));
    expect(text).toMatch(new RegExp(`^ *retries ${count}$`, 'm'));
  });

  it('never repeat a 500 or a 429', () => {
    const lines = textOf(render(planOf({edition: 'community'})))
      .split('\n')
      .filter((line) => /^ *retry-on/.test(line));
    expect(lines).not.toEqual([]);
    for (const line of lines) expect(line).not.toMatch(/\b(500|429)\b/);
  });

  it('a service that is not idempotent is never sent the same request twice', () => {
    const plan = planOf({edition: 'enterprise'});
    const services = plan.services.map((service) => ({...service, idempotent: false}));
    const text = textOf(render({...plan, services}));
    expect(text).toMatch(/retry-on conn-failure$/m);
  });
});

it('five replicas are five server lines', () => {
  const text = textOf(render(planOf({edition: 'community', replicas: 5})));
  expect(text.match(/^ {4}server ml-base-\d /gm)).toHaveLength(5);
});

it('statistics can be moved and cannot change anything', () => {
  const text = textOf(render(planOf({edition: 'community', ports: {stats: 9_990}})));
  expect(text).toContain('bind 127.0.0.1:9990');
  expect(text).not.toContain('stats admin');
});

it('nothing is bound beyond loopback', () => {
  const binds = textOf(render(planOf({edition: 'community'}))).match(/^ *bind .*$/gm) ?? [];
  expect(binds).toHaveLength(4);
  for (const bind of binds) expect(bind).toMatch(/127\.0\.0\.1:|unix@/);
});

it('exposed, the public API is bound beyond loopback and nothing else', () => {
  const binds = textOf(render(planOf({edition: 'community', expose: true}))).match(/^ *bind .*$/gm) ?? [];
  expect(binds.map((bind) => bind.trim())).toEqual([
    'bind 127.0.0.1:8887',
    'bind [::]:8888 v4v6',
    'bind unix@/run/sutra/probe.sock mode 600',
    'bind 127.0.0.1:9999',
  ]);
});

describe('security is the public API’s alone', () => {
  const texts = new Map(render(secure).map(({path, text}) => [path, text]));

  it('TLS ends at its door, and the models’ door has none', () => {
    expect(texts.get('haproxy/21-embedding-lb.cfg')).toMatch(/bind .* ssl crt '.*tls\.pem' .*ssl-min-ver TLSv1\.2/);
    expect(texts.get('haproxy/20-ml-base-lb.cfg')).not.toMatch(/ssl|callers/);
  });

  it('a key is counted by its digest, and a probe not at all', () => {
    const text = texts.get('haproxy/21-embedding-lb.cfg') ?? '';
    expect(text).toContain('sha2(256)');
    expect(text).toMatch(/track-sc0 var\(txn\.caller\) table callers unless \{ path \/health \/ready \}/);
    expect(text).toMatch(/return status 429 .*hdr Retry-After \d+ .*gpc0_rate\(0\) ge 600/);
  });

  it('without keys to know, a made-up key is not a caller of its own', () => {
    const text = textOf(render(planOf({edition: 'enterprise', rateLimit: 60})));
    expect(text).toContain('backend callers');
    expect(text).not.toMatch(/authorization|x-api-key/);
  });
});
