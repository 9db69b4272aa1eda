// needs: haproxy
import {createHash, randomBytes} from 'node:crypto';
import {copyFile, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {artifactOf, modelEntrySchema} from '@sutra/contract/model-entry';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {CheckResult} from '../../src/decision/check.js';
import type {LiveReport} from '../../src/stack/live-report.js';
import type {DeployReport} from '../../src/stack/stack-report.js';
import {leaseOffset} from '../support/ports.js';
import {deployStack, type Run, type Stack} from '../support/stack.js';
import {leftovers, portsOf} from '../support/stack-leftovers.js';
import {embed} from './embed-call.js';

const model = ['--model', 'all-MiniLM-L6-v2-int8'];
const offset = await leaseOffset();
const place = ['--edition', 'community', '--project', 'life', '--port-offset', String(offset)];
const flags = [...model, ...place, '--replicas', '2'];
const texts = Array.from({length: 60}, (_, index) => `a text worth keeping ${index}`);

let stack: Stack;

beforeAll(async () => {
  stack = await deployStack(flags);
});

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

test('what was embedded before a backup is cached after the data is deleted and restored', async () => {
  const first = await embed(stack.report.urls.api, {texts});
  expect(first.cached_count).toBe(0);
  await expect.poll(stored, {timeout: 5_000}).toBeGreaterThanOrEqual(texts.length);
  const backup = await ran(['backup', 'vectors.backup', '--json']);
  expect(backup).toMatchObject({schemaVersion: 1, file: join(stack.path, 'vectors.backup')});
  await ran(['stop']);
  await rm(join(stack.path, '.sutra', 'data'), {recursive: true});
  await ran(['deploy', '--json', ...flags]);
  expect(await stored()).toBeLessThan(10);
  const {entries} = backup as {entries: number};
  expect(await ran(['restore', 'vectors.backup', '--json'])).toMatchObject({entries, stored: entries, expired: 0});
  const again = await embed(stack.report.urls.api, {texts});
  expect(again.cached_count).toBe(texts.length);
  expect(again.embeddings).toEqual(first.embeddings);
});

test('status tells of each instance what it takes and which version it is', async () => {
  const {services} = (await ran(['status', '--json'])) as LiveReport;
  expect(services).toHaveLength(6);
  const version = (await readFile(new URL('../../VERSION', import.meta.url), 'utf8')).trim();
  for (const service of services) {
    expect(service.cpuPercent).toBeGreaterThanOrEqual(0);
    expect(service.memoryBytes).toBeGreaterThan(1e6);
    expect(service.version).toBe(service.role === 'load balancer' ? null : version);
  }
});

test('scale adds a replica and leaves the others alone; rollback takes it away again', async () => {
  const before = pidsOf(await report());
  const scaled = (await ran(['scale', '3', '--json'])) as DeployReport;
  expect(scaled.changes).toEqual([{kind: 'added', what: 'ml-base-3', before: null, after: `port ${8_893 + offset}`}]);
  expect(pidsOf(scaled)).toMatchObject(before);
  expect(((await ran(['scale', 'ml-base=3', '--json'])) as DeployReport).changes).toEqual([]);
  const back = (await ran(['rollback', '--json'])) as DeployReport;
  expect(pidsOf(back)).toEqual(before);
  expect(await ran(['rollback', '--list', '--json'])).toMatchObject({
    plans: [
      {number: 1, reason: 'deploy', running: false},
      {number: 2, reason: 'scale', replicas: 'storage-cache-shard=1 ml-base=3 embedding-service=2'},
      {number: 3, reason: 'rollback', running: true},
    ],
  });
});

test('diff without the flags of the deployment shows what differs, and says that it was given none', async () => {
  const {stdout, stderr} = await stack.run(['diff']);
  expect(stdout).toContain('ml-base');
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('deployed with flags, pass the same ones to diff');
  expect(await stack.run(['diff', ...flags])).toMatchObject({stdout: 'No difference.\n', stderr: ''});
});

describe('a change that goes wrong', () => {
  const bad = () => ['deploy', '--model', './bad', ...place, '--replicas', '2'];

  beforeAll(async () => {
    await makeBadModel();
  });

  test('another model asks first: without a terminal nothing is changed', async () => {
    const before = pidsOf(await report());
    const {exitCode, stderr} = await stack.run(bad());
    expect(exitCode).toBe(2);
    expect(stderr).toContain('model: sentence-transformers/all-MiniLM-L6-v2-int8 -> test/bad');
    expect(stderr).toMatch(/Interrupt service for about \d+ s.*\n.*--yes/);
    expect(pidsOf(await report())).toEqual(before);
  });

  test('a model that cannot be loaded: its last lines, then the previous deployment was restored', async () => {
    const plan = await planText();
    const {exitCode, stderr} = await stack.run([...bad(), '--yes']);
    expect(exitCode).toBe(6);
    const lines = stderr.indexOf('the model cannot be loaded');
    expect(lines).toBeGreaterThan(stderr.indexOf('last lines of'));
    expect(stderr.indexOf('restoring the previous deployment')).toBeGreaterThan(lines);
    expect(stderr).toMatch(/Error: ml-base-\d did not start.*\n.*the previous deployment was restored/);
    expect(await planText()).toBe(plan);
    expect((await embed(stack.report.urls.api, {texts})).cached_count).toBe(texts.length);
    expect(await statesOf()).toEqual(new Set(['healthy']));
  });

  test('Ctrl-C in the middle of a rollout: the previous deployment was restored', async () => {
    const plan = await planText();
    const {child, done} = stack.start(['deploy', ...model, ...place, '--replicas', '4', '--timing', 'seed']);
    const started = new Promise<void>((resolve) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('Start the services')) resolve();
      });
    });
    await Promise.race([started, done]);
    await expect.poll(planText, {timeout: 10_000, interval: 50}).not.toBe(plan);
    child.kill('SIGINT');
    const {exitCode, stderr} = await done;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('restoring the previous deployment');
    expect(await planText()).toBe(plan);
    expect(pidsOf(await report())).not.toHaveProperty('ml-base-4');
    expect(await statesOf()).toEqual(new Set(['healthy']));
  });
});

test('migrate --check holds every item of the list against a fact, and writes nothing', async () => {
  const before = await readdir(join(stack.path, '.sutra'), {recursive: true});
  await embed(stack.report.urls.api, {texts});
  const asked = async () => ((await ran(['cache', 'stats', '--json'])) as {total_requests: number}).total_requests;
  await expect.poll(asked, {timeout: 5_000}).toBeGreaterThan(0);
  const {exitCode, json} = await stack.run(['migrate', '--check', '--json']);
  const {verdict, items} = json as {verdict: string; items: {id: string; verdict: string; reason: string}[]};
  expect({exitCode, verdict}).toEqual({exitCode: 10, verdict: 'fail'});
  expect(items).toHaveLength(21);
  for (const item of items) expect(item.reason).not.toBe('');
  const verdicts = Object.fromEntries(items.map((item) => [item.id, item.verdict]));
  expect(verdicts).toMatchObject({
    backup: 'pass',
    'step-1-variables': 'fail',
    'step-3-deploy': 'pass',
    'step-6-cache': 'pass',
    throughput: 'unknown',
    'plans-kept': 'pass',
  });
  expect(await readdir(join(stack.path, '.sutra'), {recursive: true})).toEqual(before);
});

test('rollback --config is the documents’ way back: one model, one API, no cache', async () => {
  const {json, stderr} = await stack.run(['rollback', '--config', '--json', '--yes']);
  expect(stderr).toContain('the v2.0 layout has 768 dimensions');
  const {services, topology} = json as DeployReport;
  expect(topology).toBe('simple');
  expect(services.map(({name}) => name)).toEqual(['ml-base-1', 'embedding-service-1']);
  expect((await embed(stack.report.urls.api, {texts: ['without a cache']})).embeddings[0]).toHaveLength(384);
  expect((await stack.run(['scale', '3'])).stderr).toContain('it has one replica of each service and no load balancer');
  expect((await stack.run(['backup'])).stderr).toContain('has no cache shard');
});

test('destroy asks; killed half-way it is finished by the next; data, evidence and baselines stay unless asked for', async () => {
  const ports = portsOf(await report());
  expect((await stack.run(['destroy'])).exitCode).toBe(2);
  const {json} = await stack.run(['validate', '--phases', '0', '--json']);
  // How fast it is, what else runs on this machine decides.
  const failed = (json as {checks: CheckResult[]}).checks.filter(({verdict}) => verdict !== 'pass');
  expect(failed.filter(({id}) => id !== 'latency')).toEqual([]);
  await mkdir(join(stack.path, '.sutra', 'baselines'), {recursive: true, mode: 0o700});
  const {child, done} = stack.start(['destroy', '--yes']);
  await expect
    .poll(() => readdir(join(stack.path, '.sutra', 'run')), {timeout: 60_000, interval: 20})
    .toContain('lock');
  child.kill('SIGKILL');
  await done;
  expect(await ran(['destroy', '--yes', '--json'])).toMatchObject({schemaVersion: 1});
  expect(await leftovers(stack, ports)).toEqual([]);
  const kept = ['baselines', 'data', 'evidence', 'journal.jsonl'];
  expect((await readdir(join(stack.path, '.sutra'))).toSorted()).toEqual(kept);
  await ran(['destroy', '--yes', '--volumes', '--json']);
  expect(await readdir(stack.path)).not.toContain('.sutra');
  expect(await ran(['destroy', '--json'])).toEqual({schemaVersion: 1, stopped: [], removed: [], kept: []});
});

/** What it printed as JSON; a failure throws what it said. */
async function ran(args: string[]): Promise<unknown> {
  const {exitCode, stdout, stderr, json}: Run = await stack.run(args);
  if (exitCode !== 0) throw new Error(`${args.join(' ')} exited ${exitCode}:\n${stdout}\n${stderr}`);
  return json;
}

const report = async () => (await ran(['status', '--json'])) as LiveReport;
const statesOf = async () => new Set((await report()).services.map(({state}) => state));
const planText = () => readFile(join(stack.path, '.sutra', 'plan.json'), 'utf8');

function pidsOf({services}: {services: {name: string; pid: number | null}[]}): Record<string, number | null> {
  return Object.fromEntries(services.map(({name, pid}) => [name, pid]));
}

async function stored(): Promise<number> {
  return ((await ran(['cache', 'verify', '--json'])) as {checked: number}).checked;
}

/** A folder whose weights are what its entry promises, and no model. */
async function makeBadModel(): Promise<void> {
  const {folder: good} = (await ran(['model', 'path', 'all-MiniLM-L6-v2-int8', '--json'])) as {folder: string};
  const folder = join(stack.path, 'bad');
  await mkdir(folder);
  for (const name of await readdir(good)) await copyFile(join(good, name), join(folder, name));
  const weights = randomBytes(100_000);
  const entry = modelEntrySchema.parse(JSON.parse(await readFile(join(good, 'sutra-model.json'), 'utf8')));
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const files = entry.files.map((file) =>
    file.sha256 === artifactOf(entry) ? {...file, sizeBytes: weights.length, sha256} : file,
  );
  await writeFile(join(folder, 'model.onnx'), weights);
  await writeFile(join(folder, 'sutra-model.json'), JSON.stringify({...entry, id: 'test/bad', files}));
}
