// needs: haproxy
import {expect, test} from 'vitest';
import {norm} from '../../src/stats/vectors.js';
import {leaseOffset} from '../support/ports.js';
import {deployStack} from '../support/stack.js';
import {leftovers, portsOf} from '../support/stack-leftovers.js';
import {embed} from './embed-call.js';

const embedder = (name: string): string => `${name} direct`;

test.each([
  {
    name: 'simple',
    flags: ['--edition', 'simple'],
    services: ['storage-cache-shard cache', 'ml-base-1 model', 'embedding-service-1 cached'],
    ports: {api: 8_888, stats: null},
  },
  {
    name: 'enterprise',
    flags: ['--edition', 'enterprise'],
    services: [
      'storage-cache-shard cache',
      ...['embedder-1', 'embedder-2', 'embedder-3'].map(embedder),
      'embedder-ha load balancer',
    ],
    ports: {api: 8_888, stats: 9_998},
  },
  {
    name: 'direct',
    flags: ['--topology', 'direct'],
    services: [embedder('embedder-1')],
    ports: {api: 8_888, stats: null},
  },
])('$name comes up, answers, and leaves nothing', async ({name, flags, services, ports}) => {
  const offset = await leaseOffset();
  const urls = {
    api: `http://127.0.0.1:${ports.api + offset}`,
    loadBalancer: null,
    stats: ports.stats === null ? null : `http://127.0.0.1:${ports.stats + offset}/stats`,
  };
  await using stack = await deployStack([
    ...flags,
    ...['--model', 'all-MiniLM-L6-v2', '--project', name, '--port-offset', String(offset)],
  ]);
  expect(stack.report).toMatchObject({schemaVersion: 1, project: name, topology: name, urls});
  expect(stack.report.services.map((service) => `${service.name} ${service.role}`)).toEqual(services);
  const {embeddings} = await embed(urls.api, {texts: ['hello', 'world']});
  expect(embeddings).toHaveLength(2);
  for (const vector of embeddings) expect(norm(vector)).toBeCloseTo(1, 6);
  const taken = portsOf(stack.report);
  expect((await stack.stop()).exitCode).toBe(0);
  expect(await leftovers(stack, taken)).toEqual([]);
});
