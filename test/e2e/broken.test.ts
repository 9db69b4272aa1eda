// needs: haproxy
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {CheckResult} from '../../src/decision/check.js';
import type {Verdict} from '../../src/decision/verdict.js';
import {phases} from '../../src/experiment/validate/checks.js';
import type {StackUnderTest} from '../../src/experiment/validate/stack-under-test.js';
import {validateStack} from '../../src/experiment/validate/validate.js';
import {breaks} from '../support/broken/breaks.js';
import {type HealthyStack, startHealthyStack} from '../support/broken/healthy-stack.js';

/** Of processes that root has started these fail: nothing more is needed to break them. */
const asRoot = process.getuid?.() === 0 ? ['non-root', 'no-capabilities'] : [];

let stack: HealthyStack;

beforeAll(async () => {
  stack = await startHealthyStack();
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const looks = 3;

/** Every check of the stack as it is, or as the break shows it. */
async function checked(shown: Partial<StackUnderTest> = {}): Promise<CheckResult[]> {
  const {plan, runtime, system, state} = stack;
  const results: CheckResult[] = [];
  // No lockfile is there: npm's audit service is left alone.
  const underTest = {plan, runtime, system, lockfileFolder: state, ...shown};
  for await (const result of validateStack(underTest, phases)) results.push(result);
  return results;
}

const withVerdict = (results: CheckResult[], verdict: Verdict) =>
  results.filter((check) => check.verdict === verdict).map(({id}) => id);

test('healthy, it passes every check that is not the machine’s', async () => {
  const results = await checked();
  expect(withVerdict(results, 'fail')).toEqual(asRoot);
  expect(withVerdict(results, 'unknown')).toEqual(['known-vulnerabilities']);
  expect(results.length).toBeGreaterThan(25);
});

describe('broken', () => {
  test.each(breaks)('$what: it fails $fails and nothing else', async ({fails, mayFail, apply}) => {
    await using healing = new AsyncDisposableStack();
    const shown = await apply(stack, healing);
    let reasons = '';
    const failing = async () => {
      const results = await checked(shown);
      reasons = results.map(({id, verdict, reason}) => `${id} ${verdict}: ${reason}`).join('\n');
      return withVerdict(results, 'fail').filter((id) => !asRoot.includes(id) && id !== mayFail);
    };
    // What is broken stays so; what only a busy machine does is gone at another look.
    let failed = await failing();
    for (let look = 1; look < looks && String(failed) !== String(fails); look += 1) failed = await failing();
    expect(failed, reasons).toEqual(fails);
  });
});

test('healed, it passes again', async () => {
  expect(withVerdict(await checked(), 'fail')).toEqual(asRoot);
});
