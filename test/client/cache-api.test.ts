import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, it, onTestFinished} from 'vitest';
import {cacheStats} from '../../src/client/cache-api.js';
import {noCacheStats} from '../../templates/embedder/src/cache/cache-stats.js';

const {signal} = new AbortController();
const whole = JSON.stringify(noCacheStats);
const torn = '{"enabled": true, "sco';

/** Answers in turn, the last one again and again. */
async function answering(...answers: string[]) {
  const seen: string[] = [];
  const server = createServer((request, answer) => {
    seen.push(String(request.headers['x-sutra-traffic']));
    answer.end(answers[Math.min(seen.length, answers.length) - 1]);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((done) => server.once('listening', done));
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen};
}

it('statistics that come torn, or early, are asked for again', async () => {
  const {url, seen} = await answering('', torn, whole);
  expect(await cacheStats(url, signal)).toEqual(noCacheStats);
  expect(seen).toHaveLength(3);
});

it('what stays wrong is told with its field and its value, after three tries', async () => {
  const {url, seen} = await answering(JSON.stringify({...noCacheStats, l2: {...noCacheStats.l2, stored: null}}));
  await expect(cacheStats(url, signal)).rejects.toMatchObject({
    code: 'NETWORK',
    message: expect.stringMatching(/\/cache\/stats did not answer as expected.*: l2\.stored is null \(.*\)$/),
  });
  expect(seen).toHaveLength(3);
});

it('a field that is missing is told as missing, and text that is no JSON by how it begins', async () => {
  const {url} = await answering('{"enabled": true}');
  await expect(cacheStats(url, signal)).rejects.toThrowError(/scope is missing/);
  const broken = await answering(torn);
  await expect(cacheStats(broken.url, signal)).rejects.toThrowError(/but with "\{\\"enabled\\": true, \\"sco"$/);
});

it('what a command asks says that it is no client’s traffic', async () => {
  const {url, seen} = await answering(whole);
  await cacheStats(url, signal);
  expect(seen).toEqual(['test']);
});
