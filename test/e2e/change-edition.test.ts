// needs: haproxy
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readJournal} from '../../src/journal/read-journal.js';
import type {DeployReport} from '../../src/stack/stack-report.js';
import {offsetFlags} from '../support/ports.js';
import {deployStack, type Stack} from '../support/stack.js';
import {leftovers, portsOf} from '../support/stack-leftovers.js';
import {askDuring} from '../support/steady-client.js';

const flags = ['--model', 'all-MiniLM-L6-v2-int8', '--project', 'change', ...(await offsetFlags())];
const simple = ['--edition', 'simple'];
const community = ['--edition', 'community', '--replicas', '2'];
const direct = ['--edition', 'simple', '--topology', 'direct'];

let stack: Stack;

beforeAll(async () => {
  stack = await deployStack([...flags, ...simple]);
});

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

const planText = () => readFile(join(stack.path, '.sutra', 'plan.json'), 'utf8');

test.each([
  {to: 'community', edition: community},
  {to: 'simple', edition: simple},
  {to: 'direct', edition: direct},
  // Its API replicas cannot serve before the models' door does, and that waits for the old owner of its port.
  {to: 'community', edition: community},
])('to $to: asked first, then done with one interruption', async ({to, edition}) => {
  const args = ['deploy', '--json', ...flags, ...edition];
  const plan = await planText();
  const refused = await stack.run(args);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toMatch(new RegExp(`topology: \\w+ -> ${to}`));
  expect(refused.stdout).toMatch(/Interrupt service for about \d+ s/);
  expect(await planText()).toBe(plan);
  const seen = await askDuring(stack.report.urls.api, () => stack.run([...args, '--yes']));
  expect(seen.value, seen.value.stderr).toMatchObject({exitCode: 0, json: {topology: to}});
  const {services} = seen.value.json as DeployReport;
  expect(new Set(services.map(({state}) => state))).toEqual(new Set(['healthy']));
  const names = stack.processes().flatMap(({leader, env}) => (leader ? (env.SUTRA_INSTANCE ?? []) : []));
  expect(names.toSorted()).toEqual(services.map(({name}) => name).toSorted());
});

test('what can be warm before the interruption is: old and new served side by side', () => {
  const {events} = readJournal(join(stack.path, '.sutra', 'journal.jsonl'));
  const indexOf = (kind: string, entity: string) =>
    events.findIndex((event) => event.kind === kind && event.entity === entity);
  const oldEnds = indexOf('stop', 'embedding-service-1');
  for (const name of ['ml-base-2', 'embedding-service-2']) {
    expect(indexOf('healthy', name)).toBeGreaterThan(-1);
    expect(indexOf('healthy', name)).toBeLessThan(oldEnds);
  }
});

test('stopped afterwards, nothing of any of them is left', async () => {
  const report = (await stack.run(['status', '--json'])).json as DeployReport;
  await stack.stop();
  expect(await leftovers(stack, portsOf(report))).toEqual([]);
});
