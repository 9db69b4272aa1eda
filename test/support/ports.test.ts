import {spawn} from 'node:child_process';
import {text} from 'node:stream/consumers';
import {expect, it} from 'vitest';
import type {Settings} from '../../src/topology/settings/settings.js';
import {planOf} from './plans.js';
import {blocks, leaseOffset, marksOf, offsets} from './ports.js';

/** The stacks with the most ports, whose replicas end where those of the API begin, or go on to the thirty-second. */
const largest: Settings[] = [
  {edition: 'community', replicas: 10, edgeReplicas: 32},
  {edition: 'community', replicas: 32, ports: {edges: 8_930}, edgeReplicas: 1},
  {edition: 'enterprise', replicas: 32},
  {topology: 'direct'},
];

const portsWith = (portOffset: number) =>
  new Set(largest.flatMap((settings) => planOf({...settings, portOffset}).ports.map(({port}) => port)));

it('no port of a stack at one offset is one at another, unless they share a mark', () => {
  const ports = new Map(offsets.map((offset) => [offset, portsWith(offset)]));
  const clashes = offsets.flatMap((one) =>
    offsets
      .filter((other) => other > one && !marksOf(other).some((mark) => marksOf(one).includes(mark)))
      .filter((other) => [...portsWith(one)].some((port) => ports.get(other)?.has(port)))
      .map((other) => [one, other]),
  );
  expect(clashes).toEqual([]);
});

it('no port of a stack is given to outgoing connections, leased alone, or a mark', () => {
  const marks = new Set([...offsets.flatMap(marksOf), ...blocks]);
  for (const port of offsets.flatMap((offset) => [...portsWith(offset)])) {
    const isLow = port < (blocks[0] ?? 0);
    expect([port, isLow || port > 60_999, marks.has(port)]).toEqual([port, true, false]);
  }
  expect(Math.max(...blocks) + 10).toBeLessThanOrEqual(32_768);
});

it('what one process has leased no other gets, nor what would meet it, until the first has ended', async () => {
  const [first, second] = [await leaseOffset(), await leaseOffset()];
  expect(second).not.toBe(first);
  expect(await leasedElsewhere([first])).toContain('every offset is taken');
  expect(await leasedElsewhere([first + 1_100])).toContain('every offset is taken');
  expect(await leasedElsewhere([first, second])).toContain('every offset is taken');
  const other = Number(await leasedElsewhere(offsets));
  expect(offsets).toContain(other);
  expect([first, second]).not.toContain(other);
  expect(await leaseOffset([other])).toBe(other);
});

/** What another process gets of these, or why it gets none. It has ended when this returns. */
async function leasedElsewhere(among: readonly number[]): Promise<string> {
  const script = `
    import {leaseOffset} from ${JSON.stringify(new URL('ports.ts', import.meta.url).href)};
    console.log(await leaseOffset(${JSON.stringify(among)}).catch(({message}) => message));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']});
  return (await text(child.stdout)).trim();
}
