import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, expect, test} from 'vitest';
import {haproxyStats} from '../../src/client/haproxy-stats.js';

const signal = AbortSignal.timeout(10_000);
let close = (): unknown => undefined;
afterEach(() => close());

/** A line of a server as HAProxy writes it with `;json`. */
const line = (name: string, status: string, isSecond: boolean) =>
  Object.entries({pxname: 'ml-base', svname: name, status, stot: 3, bck: isSecond ? 1 : 0}).map(([field, value]) => ({
    objType: 'Server',
    field: {name: field},
    value: {value},
  }));

async function statusesOf(lines: unknown[]): Promise<string[]> {
  const server = createServer((_request, response) => response.end(JSON.stringify(lines))).listen(0, '127.0.0.1');
  close = () => server.close();
  await new Promise((resolve) => server.once('listening', resolve));
  const {port} = server.address() as AddressInfo;
  const servers = await haproxyStats(`http://127.0.0.1:${port}/stats`, signal);
  return servers.map(({server: name, status}) => `${name} ${status}`);
}

test('a replica is UP when both its lines are', async () => {
  const second = (name: string, status: string) => line(`${name}.unobserved`, status, true);
  const lines = [
    line('ml-base-1', 'UP', false),
    line('ml-base-2', 'UP', false),
    line('ml-base-10', 'DOWN', false),
    line('ml-base-3', 'UP', false),
    second('ml-base-1', 'UP'),
    second('ml-base-2', 'MAINT (resolution)'),
    second('ml-base-10', 'UP'),
  ];
  expect(await statusesOf(lines)).toEqual([
    'ml-base-1 UP',
    'ml-base-2 UP, but its second line is MAINT (resolution)',
    'ml-base-10 DOWN',
    'ml-base-3 UP',
  ]);
});

test('lines without what makes one are no answer', async () => {
  const cut = line('ml-base-1', 'UP', false).filter(({field}) => field.name !== 'bck');
  await expect(statusesOf([cut])).rejects.toMatchObject({code: 'NETWORK'});
});
