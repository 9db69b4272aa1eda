// needs: haproxy
import {expect, test} from 'vitest';
import {norm} from '../../src/stats/vectors.js';
import {deployStack} from '../support/stack.js';
import {leftovers, portsOf} from '../support/stack-leftovers.js';
import {embed} from './embed-call.js';

const embedder = (name: string): string => `${name} direct`;

test.each([
  {
    name: 'simple',
    flags: ['--edition', 'simple'],
    offset: 4300,
    services: ['storage-cache-shard cache', 'ml-base-1 model', 'embedding-service-1 cached'],
    urls: {api: 'http://127.0.0.1:13188', loadBalancer: null, stats: null},
  },
  {
    name: 'enterprise',
    flags: ['--edition', 'enterprise'],
    offset: 4400,
    services: [
      'storage-cache-shard cache',
      ...['embedder-1', 'embedder-2', 'embedder-3'].map(embedder),
      'embedder-ha load balancer',
    ],
    urls: {api: 'http://127.0.0.1:13288', loadBalancer: null, stats: 'http://127.0.0.1:14398/stats'},
  },
  {
    name: 'direct',
    flags: ['--topology', 'direct'],
    offset: 4500,
    services: [embedder('embedder-1')],
    urls: {api: 'http://127.0.0.1:13388', loadBalancer: null, stats: null},
  },
])('$name comes up, answers, and leaves nothing', async ({name, flags, offset, services, urls}) => {
  await using stack = await deployStack([
    ...flags,
    ...['--model', 'all-MiniLM-L6-v2', '--project', name, '--port-offset', String(offset)],
  ]);
  expect(stack.report).toMatchObject({schemaVersion: 1, project: name, topology: name, urls});
  expect(stack.report.services.map((service) => `${service.name} ${service.role}`)).toEqual(services);
  const {embeddings} = await embed(urls.api, {texts: ['hello', 'world']});
  expect(embeddings).toHaveLength(2);
  for (const vector of embeddings) expect(norm(vector)).toBeCloseTo(1, 6);
  const ports = portsOf(stack.report);
  expect((await stack.stop()).exitCode).toBe(0);
  expect(await leftovers(stack, ports)).toEqual([]);
});
