// needs: haproxy
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {StackReport} from '../../src/stack/stack-report.js';
import {serversOf} from '../support/kill.js';
import {offsetFlags} from '../support/ports.js';
import {deployStack, type Stack} from '../support/stack.js';

// What validate says of a community stack, with the smallest model: incremental.test.ts and compose.test.ts have the default one.
const small = ['--model', 'all-MiniLM-L6-v2-int8'];
const flags = ['--edition', 'community', '--project', 'verdicts', ...small, ...(await offsetFlags())];

let stack: Stack;

beforeAll(async () => {
  stack = await deployStack(flags);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

test('a whole stack is validated: exit 0, every check measured against its target', async () => {
  const {exitCode, json, stderr} = await stack.run(['validate', '--json']);
  const {schemaVersion, verdict, checks} = json as {schemaVersion: number; verdict: string; checks: object[]};
  const notPassed = checks.filter((check) => !('verdict' in check) || check.verdict !== 'pass');
  expect(notPassed).toEqual([]);
  expect({exitCode, schemaVersion, verdict, stderr}).toEqual({
    exitCode: 0,
    schemaVersion: 1,
    verdict: 'pass',
    stderr: '',
  });
  expect(checks.length).toBeGreaterThan(10);
  for (const check of checks) {
    const {computed: _computed, ...observed} = check as {computed?: true};
    const keys = ['id', 'measured', 'phase', 'reason', 'target', 'unit', 'verdict'];
    expect(Object.keys(observed).toSorted()).toEqual(keys);
  }
});

test('a stack that passes is told in a line a phase, and with --verbose in a line a check too', async () => {
  const short = await stack.run(['validate', '--phases', '2']);
  expect(short.exitCode).toBe(0);
  expect(short.stdout).toMatch(
    /^✔ Phase 2: load balancing: 6 of 6 checks passed\n\npass: 6 of 6 checks passed; recorded in /,
  );
  const long = await stack.run(['validate', '--phases', '2', '--verbose']);
  expect(long.stdout).toMatch(/^✔ Phase 2: load balancing: 6 of 6 checks passed\n\n {2}PHASE +CHECK/);
  expect(long.stdout).toMatch(/^✔ 2 +detection +pass +3\.25 computed /m);
});

test('a phase that does not exist is a wrong use: exit 2', async () => {
  const {exitCode, json} = await stack.run(['validate', '--phases', '9', '--json']);
  expect(exitCode).toBe(2);
  expect(json).toMatchObject({error: {code: 'USAGE'}});
});

test('with ml-base-2 stopped validate exits 10 and names it; deploy brings it back', async () => {
  const stopped = await stack.run(['stop', 'ml-base-2', '--json']);
  expect(stopped).toMatchObject({exitCode: 0, json: {schemaVersion: 1, stopped: ['ml-base-2']}});
  const {exitCode, stdout} = await stack.run(['validate', '--phases', '0,2']);
  expect(exitCode).toBe(10);
  expect(stdout.split('\n').filter((line) => line.includes('fail') && line.includes('ml-base-2'))).not.toEqual([]);
  const again = await stack.run(['deploy', '--json', ...flags]);
  expect(again.exitCode).toBe(0);
  const servers = await serversOf(stack.report);
  expect(servers.filter(({status}) => status !== 'UP')).toEqual([]);
  const kept = (again.json as StackReport).services.filter(({name}) => name !== 'ml-base-2');
  expect(kept.map(({pid}) => pid)).toEqual(
    stack.report.services.filter(({name}) => name !== 'ml-base-2').map(({pid}) => pid),
  );
});
