import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import type {CheckResult} from '../../../src/decision/check.js';
import {validateStack} from '../../../src/experiment/validate/validate.js';
import type {InstanceConfinement, Runtime} from '../../../src/runtime/runtime.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import type {Plan} from '../../../src/topology/plan-schema.js';
import {confinementBreaks} from '../../support/broken/confinement-breaks.js';
import {planOf} from '../../support/plans.js';

const apiKey = 'first-key-0123456789';

/** The verdicts of the checks of security on a stack of which only its files and its confinement are there. */
async function verdicts(
  plan: Plan,
  {files = {}, modes = {}, confinement = () => confined(plan), env = {}}: Given = {},
) {
  const cwd = mkdtempSync(join(tmpdir(), 'sutra-checks-'));
  onTestFinished(() => rmSync(cwd, {recursive: true}));
  for (const [path, text] of Object.entries({'plan.json': '{}', ...files})) {
    const target = join(cwd, '.sutra', path);
    mkdirSync(dirname(target), {recursive: true, mode: 0o700});
    writeFileSync(target, text, {mode: 0o600});
  }
  for (const [path, mode] of Object.entries(modes)) chmodSync(join(cwd, '.sutra', path), mode);
  const system = {...nodeSystem(new AbortController().signal, cwd), env};
  const runtime = {confinement: () => Promise.resolve(confinement())} as unknown as Runtime;
  const found = new Map<string, CheckResult>();
  for await (const check of validateStack({plan, runtime, system, lockfileFolder: cwd}, ['security']))
    found.set(check.id, check);
  return {
    of: (id: string) => found.get(id)?.verdict,
    why: (id: string) => found.get(id)?.reason ?? '',
    all: [...found.values()],
  };
}

interface Given {
  files?: Record<string, string>;
  modes?: Record<string, number>;
  confinement?: () => InstanceConfinement[];
  env?: Record<string, string>;
}

/** Every instance as it should be. */
function confined(plan: Plan, change: (instance: InstanceConfinement) => Partial<InstanceConfinement> = () => ({})) {
  const names = [
    ...plan.services.flatMap(({replicas}) => replicas),
    ...(plan.loadBalancer ? [plan.loadBalancer.name] : []),
  ];
  return names.map((name, index): InstanceConfinement => {
    const good = {
      name,
      uid: 1_000,
      capabilities: [],
      noNewPrivileges: true,
      readOnlyRoot: true,
      listens: [{address: '127.0.0.1', port: 8_891 + index}],
    };
    return {...good, ...change(good)};
  });
}

describe('what the kernel says of the instances', () => {
  const plan = planOf({runtime: 'compose'});

  it('all confined is a pass', async () => {
    const {of} = await verdicts(plan);
    for (const id of ['loopback-only', 'non-root', 'no-capabilities', 'no-new-privileges', 'read-only-root'])
      expect([id, of(id)]).toEqual([id, 'pass']);
  });

  it.each(confinementBreaks)('%s fails by one that has %j, and names it', async (id, change, reason) => {
    const confinement = () => confined(plan, ({name}) => (name === 'ml-base-1' ? change : {}));
    const {of, why} = await verdicts(plan, {confinement});
    expect(of(id)).toBe('fail');
    expect(why(id)).toMatch(new RegExp(`^ml-base-1: .*${reason}`));
  });

  it('one that does not run leaves everything of it unknown', async () => {
    const {of, why} = await verdicts(plan, {confinement: () => confined(plan).slice(1)});
    expect(of('non-root')).toBe('unknown');
    expect(why('non-root')).toContain('storage-cache-shard');
  });

  it('a root of which nobody says whether it is read-only is unknown', async () => {
    const {of} = await verdicts(plan, {confinement: () => confined(plan, () => ({readOnlyRoot: null}))});
    expect(of('read-only-root')).toBe('unknown');
  });

  it('a process is not asked for what only a container has', async () => {
    const {of} = await verdicts(planOf());
    expect([of('no-new-privileges'), of('read-only-root')]).toEqual([undefined, undefined]);
  });

  it('exposed is the API’s port, and only where the plan says so', async () => {
    const exposed = planOf({expose: true});
    const open = (port: number) => () =>
      confined(exposed, ({name}) => (name === 'ml-base-1' ? {listens: [{address: '::', port}]} : {}));
    expect((await verdicts(exposed, {confinement: open(8_888)})).of('loopback-only')).toBe('pass');
    expect((await verdicts(exposed, {confinement: open(8_887)})).of('loopback-only')).toBe('fail');
    expect((await verdicts(planOf(), {confinement: open(8_888)})).of('loopback-only')).toBe('fail');
  });
});

describe('secrets where they do not belong', () => {
  const plan = planOf({}, 2, 'f1ce9a0b77d2');
  const env = {SUTRA_API_KEY: apiKey};

  it.each([
    ['an API key in a log', 'logs/embedding-service-1.log', `{"x-api-key":"${apiKey}"}`],
    ['an API key at the end of a large log', 'logs/a.log', `${'line of a log\n'.repeat(80_000)}${apiKey}`],
    ['an API key across the pieces a file is read in', 'data/x.bin', `${'a'.repeat(1024 * 1024 - 8)}${apiKey}`],
    ['an API key in the plan', 'plan.json', `{"env":{"K":"${apiKey}"}}`],
    ['a private key', 'haproxy/x.pem', '-----BEGIN EC PRIVATE KEY-----\nabc'],
    ['an AWS access key', 'journal.jsonl', '{"id":"AKIAIOSFODNN7EXAMPLE"}'],
    ['a password', 'haproxy/90-stats.cfg', 'user admin password=hunter22'],
    ['an address with a password', 'plan.json', '{"url":"https://user:hunter22@models.example.com"}'],
    ['a bearer token', 'logs/a.log', 'Authorization: Bearer abcdef0123456789'],
  ])('%s is found', async (what, path, text) => {
    const {of, why} = await verdicts(plan, {files: {[path]: text}, env});
    expect(of('no-secrets')).toBe('fail');
    expect(why('no-secrets')).toContain(what.replace(/ (in|at|across) .*/, ''));
    expect(why('no-secrets')).toContain(path);
    expect(why('no-secrets')).not.toContain(apiKey);
  });

  it('what is ordinary is not, and the folder for secrets is left out', async () => {
    const files = {
      'logs/a.log': '{"url":"http://127.0.0.1:8888","message":"wants a password: no"} user@host',
      'secrets/tls.pem': '-----BEGIN PRIVATE KEY-----',
      'haproxy/21-embedding-lb.cfg': 'http-request set-var(txn.k) \'req.fhdr(authorization),regsub("^bearer +","",i)\'',
    };
    expect((await verdicts(plan, {files, env})).why('no-secrets')).toMatch(/nor one of the 1 API keys/);
  });

  it('without the variable the keys cannot be looked for: unknown, not a pass', async () => {
    expect((await verdicts(plan)).of('no-secrets')).toBe('unknown');
    expect((await verdicts(planOf())).of('no-secrets')).toBe('pass');
  });
});

it('a secret that others can read fails', async () => {
  const files = {'secrets/api-keys': 'x', 'secrets/tls.pem': 'y'};
  expect((await verdicts(planOf(), {files})).of('secret-modes')).toBe('pass');
  for (const path of ['secrets', 'secrets/api-keys', 'plan.json']) {
    const {of, why} = await verdicts(planOf(), {files, modes: {[path]: 0o750}});
    expect([path, of('secret-modes')]).toEqual([path, 'fail']);
    expect(why('secret-modes')).toContain(`${path} has mode 750`);
  }
});

describe('administration of the load balancer', () => {
  const plan = planOf({edition: 'community'});
  it.each([
    ['a UNIX socket alone', 'stats socket /run/x.sock mode 600 level admin', 'pass'],
    ['a port for it', 'stats socket ipv4@0.0.0.0:9001 level admin', 'fail'],
    ['a port of every address', 'stats socket :9001 level admin', 'fail'],
    ['changes by its page', 'stats admin if TRUE', 'fail'],
    ['credentials in clear', 'stats auth admin:secret', 'fail'],
  ])('%s: %s is a %s', async (_, line, verdict) => {
    const {of} = await verdicts(plan, {files: {'haproxy/00-global.cfg': `global\n    ${line}\n`}});
    expect(of('admin-local')).toBe(verdict);
  });

  it('with no configuration to be seen it is unknown', async () => {
    expect((await verdicts(plan)).of('admin-local')).toBe('unknown');
  });
});

describe('an exposed API', () => {
  it('without keys fails', async () => {
    const {of, why} = await verdicts(planOf({expose: true}));
    expect(of('api-keys')).toBe('fail');
    expect(why('api-keys')).toContain('SUTRA_API_KEY');
  });

  it('a stack that does not answer is unknown', async () => {
    const {of} = await verdicts(planOf({portOffset: 0, ports: {api: 6_299}}, 2, 'f1ce9a0b77d2'));
    expect(of('api-keys')).toBe('unknown');
    expect(of('access-tokens')).toBe('unknown');
    expect(of('hostile-bodies')).toBe('unknown');
  });
});

it('an audit that could not be asked for is unknown and does not decide; whatever else is unknown does', async () => {
  // Where nobody listens, whatever runs on this machine.
  const {all} = await verdicts(planOf({portOffset: 9_000}));
  const unknown = all.filter(({verdict}) => verdict === 'unknown');
  expect(unknown.find(({id}) => id === 'known-vulnerabilities')).toMatchObject({measured: null, decides: false});
  const others = unknown.filter(({id}) => id !== 'known-vulnerabilities');
  expect(others).not.toEqual([]);
  for (const check of others) expect(check).not.toHaveProperty('decides');
});
