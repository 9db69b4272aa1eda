// needs: haproxy, curl
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {healthSchema} from '@sutra/contract/http-info';
import OpenAI from 'openai';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {haproxyMemoryEnv} from '../../src/render/haproxy/memory-env.js';
import type {DeployReport, StackReport} from '../../src/stack/stack-report.js';
import {cosine, largestDifference, norm} from '../../src/stats/vectors.js';
import {serversOf} from '../support/kill.js';
import {leaseOffset} from '../support/ports.js';
import {deployStack, type Stack} from '../support/stack.js';
import {leftovers, portsOf} from '../support/stack-leftovers.js';
import {embed, post} from './embed-call.js';

const exec = promisify(execFile);
const offset = await leaseOffset();
const flags = ['--edition', 'community', '--project', 'community', '--port-offset', String(offset)];
const names = ['ml-base-1', 'ml-base-2', 'ml-base-3', 'embedding-service-1', 'embedding-service-2'];

let stack: Stack;
let api: string;

beforeAll(async () => {
  stack = await deployStack(flags);
  api = stack.report.urls.api;
});

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

test('every process of HAProxy has the variables that make malloc keep its buffers', () => {
  const balancer = stack.processes().filter(({env}) => env.SUTRA_INSTANCE === 'ml-base-lb');
  expect(balancer).toHaveLength(2);
  for (const {env} of balancer) expect(env).toMatchObject(haproxyMemoryEnv);
});

describe('what deploy and status tell', () => {
  test('deploy --json names edition, runtime, project, services and addresses', () => {
    expect(stack.report).toMatchObject({
      schemaVersion: 1,
      edition: 'community',
      runtime: 'process',
      project: 'community',
      urls: {
        api: `http://127.0.0.1:${8_888 + offset}`,
        loadBalancer: `http://127.0.0.1:${8_887 + offset}`,
        stats: `http://127.0.0.1:${9_999 + offset}/stats`,
      },
    });
    expect(stack.report.services.map(({name, role, state}) => `${name} ${role} ${state}`)).toEqual([
      'storage-cache-shard cache healthy',
      'ml-base-1 model healthy',
      'ml-base-2 model healthy',
      'ml-base-3 model healthy',
      'embedding-service-1 cached healthy',
      'embedding-service-2 cached healthy',
      'ml-base-lb load balancer healthy',
    ]);
    for (const {url} of stack.report.services) expect(url).toMatch(/^(http|tcp):\/\/127\.0\.0\.1:\d+$/);
  });

  test('status --json tells the same of the same processes', async () => {
    const {exitCode, json} = await stack.run(['status', '--json']);
    const status = json as StackReport;
    expect(exitCode).toBe(0);
    // What the deployment changed is deploy's alone.
    const {changes: _, ...told} = stack.report as DeployReport;
    expect(Object.keys(status)).toEqual(expect.arrayContaining(Object.keys(told)));
    expect(status.urls).toEqual(stack.report.urls);
    expect(status.services.map(({name, pid, state}) => ({name, pid, state}))).toEqual(
      stack.report.services.map(({name, pid}) => ({name, pid, state: 'healthy'})),
    );
  });

  test('two cached embedders and three models are UP in HAProxy', async () => {
    const servers = await serversOf(stack.report);
    expect(servers.map(({server, status}) => `${server} ${status}`)).toEqual(names.map((name) => `${name} UP`));
  });
});

describe('vectors', () => {
  test.each([
    ['as the documents write it', []],
    ['with a content type', ['-H', 'content-type: application/json']],
  ])('curl, %s, gets 256 numbers of norm 1', async (_, headers) => {
    const port = new URL(api).port;
    const body = '{"texts":["test"],"dimension":256}';
    const {stdout} = await exec('curl', ['-sS', '-X', 'POST', `localhost:${port}/embed`, ...headers, '-d', body]);
    const {embeddings} = JSON.parse(stdout) as {embeddings: [number[]]};
    expect(embeddings[0]).toHaveLength(256);
    expect(norm(embeddings[0])).toBeCloseTo(1, 6);
  });

  test.each([768, 512, 128, 64])('dimension %i is served at norm 1', async (dimension) => {
    const {embeddings, dimension: told} = await embed(api, {texts: ['test'], dimension});
    expect(told).toBe(dimension);
    expect(embeddings[0]).toHaveLength(dimension);
    expect(norm(embeddings[0] ?? [])).toBeCloseTo(1, 6);
  });

  test('dimension 100, which the model does not have, is refused with 422', async () => {
    expect(await post(`${api}/embed`, {texts: ['test'], dimension: 100})).toMatchObject({
      status: 422,
      json: {error: {code: 'dimension_not_offered'}},
    });
  });

  test('the models’ own frontend honours a dimension as the API does, and refuses what the API refuses', async () => {
    const models = stack.report.urls.loadBalancer ?? '';
    const {embeddings} = await embed(models, {texts: ['test'], dimension: 256});
    expect(embeddings[0]).toHaveLength(256);
    expect(norm(embeddings[0] ?? [])).toBeCloseTo(1, 6);
    expect(await post(`${models}/embed`, {texts: ['test'], dimension: 100})).toMatchObject({
      status: 422,
      json: {error: {code: 'dimension_not_offered'}},
    });
  });

  test.each(['ml-base-1', 'ml-base-2', 'ml-base-3'])('/health of %s says which model it has loaded', async (name) => {
    const url = stack.report.services.find((service) => service.name === name)?.url;
    const reply = await fetch(`${url}/health`);
    expect(reply.status).toBe(200);
    expect(healthSchema.parse(await reply.json())).toMatchObject({
      ...{service: name, status: 'healthy', model: 'nomic-ai/nomic-embed-text-v1.5', model_loaded: true},
      ...{dimension: 768, edition: 'community'},
    });
  });

  test.each([
    ['The capital of France is Paris.', 'Paris is the capital city of France.'],
    ['Dogs are loyal animals.', 'Dogs are faithful creatures.'],
    ['The sun is very hot.', 'The sun has an extremely high temperature.'],
  ])('"%s" and "%s" are alike', async (one, other) => {
    expect(await likeness(one, other)).toBeGreaterThan(0.7);
  });

  test.each([
    ['A man is eating a piece of bread.', 0.922],
    ['The stock market fell sharply today.', 0.563],
  ])('"A man is eating food." is as near to "%s" as the weights make it', async (other, expected) => {
    expect(Math.abs((await likeness('A man is eating food.', other)) - expected)).toBeLessThan(0.01);
  });

  test.each(['float', 'base64'] as const)('the openai client gets the vectors of /embed, as %s', async (format) => {
    const client = new OpenAI({baseURL: `${api}/v1`, apiKey: 'none', maxRetries: 0});
    const input = ['The first text.', 'And a second one, which is longer.'];
    const {data} = await client.embeddings.create({
      model: stack.report.model,
      input,
      dimensions: 256,
      encoding_format: format,
    });
    const {embeddings} = await embed(api, {texts: input, dimension: 256});
    expect(data.map(({index}) => index)).toEqual([0, 1]);
    for (const [index, {embedding}] of data.entries()) {
      // Asked for base64 by name the client hands it over as it came.
      const values = typeof embedding === 'string' ? floatsOf(embedding) : embedding;
      expect(values).toHaveLength(256);
      expect(largestDifference(values, embeddings[index] ?? [])).toBeLessThan(1e-6);
    }
  });

  test('the openai client left to itself gets numbers', async () => {
    const client = new OpenAI({baseURL: `${api}/v1`, apiKey: 'none', maxRetries: 0});
    const {data} = await client.embeddings.create({model: stack.report.model, input: 'The first text.'});
    const {embeddings} = await embed(api, {text: 'The first text.'});
    expect(largestDifference(data[0]?.embedding ?? [], embeddings[0] ?? [])).toBeLessThan(1e-6);
  });
});

test('300 requests, ten at a time, give each model 25 to 42 %', async () => {
  const before = new Map((await serversOf(stack.report)).map(({server, sessions}) => [server, sessions]));
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < 300) {
      next += 1;
      await embed(api, {texts: [`request ${next} of the distribution`], cache_ttl_seconds: 0});
    }
  };
  await Promise.all(Array.from({length: 10}, worker));
  const models = (await serversOf(stack.report)).filter(({backend}) => backend === 'ml-base');
  const counts = models.map(({server, sessions}) => sessions - (before.get(server) ?? Number.NaN));
  const total = counts.reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThanOrEqual(300);
  for (const count of counts) {
    expect(count / total).toBeGreaterThanOrEqual(0.25);
    expect(count / total).toBeLessThanOrEqual(0.42);
  }
});

test('stop leaves no process, no port, no socket, and says what it ended', async () => {
  const ports = portsOf(stack.report);
  expect(await leftovers(stack, ports)).not.toEqual([]);
  const {exitCode, json} = await stack.stop();
  expect(exitCode).toBe(0);
  expect(json).toEqual({schemaVersion: 1, stopped: ['storage-cache-shard', ...names, 'ml-base-lb']});
  expect(await leftovers(stack, ports)).toEqual([]);
});

async function likeness(one: string, other: string): Promise<number> {
  const {embeddings} = await embed(api, {texts: [one, other], input_type: 'document'});
  return cosine(embeddings[0] ?? [], embeddings[1] ?? []);
}

function floatsOf(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({length: bytes.length / 4}, (_, index) => bytes.readFloatLE(index * 4));
}
