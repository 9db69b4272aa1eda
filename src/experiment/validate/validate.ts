import type {CheckResult} from '../../decision/check.js';
import {SutraError} from '../../errors.js';
import type {Check, Finding} from './check.js';
import {checks, type Phase} from './checks.js';
import {type LoadSample, takeLoadSample} from './load-sample.js';
import type {StackUnderTest} from './stack-under-test.js';

/** Runs the checks of the phases, one after another, so that none measures another's load. */
export async function* validateStack(
  stack: Omit<StackUnderTest, 'loadSample' | 'anotherLoadSample'>,
  wanted: readonly Phase[],
): AsyncGenerator<CheckResult> {
  let sample: Promise<LoadSample> | undefined;
  const loadSample = () => {
    sample ??= takeLoadSample(stack);
    return sample;
  };
  const underTest = {...stack, loadSample, anotherLoadSample: () => takeLoadSample(stack)};
  const done = new Set<string>();
  for (const check of checks as readonly Check[]) {
    if (!wanted.includes(check.phase) || check.appliesTo?.(stack.plan) === false) continue;
    // One that belongs to two phases runs once.
    if (done.has(check.id)) continue;
    done.add(check.id);
    stack.system.signal.throwIfAborted();
    yield describe(check, underTest, await find(check, underTest));
  }
}

async function find(check: Check, stack: StackUnderTest): Promise<Finding> {
  try {
    return await check.run(stack);
  } catch (error) {
    if (!(error instanceof SutraError)) throw error;
    return {measured: null, verdict: 'unknown', reason: error.message};
  }
}

function describe(
  {phase, id, unit, computed, target, unknownDecides}: Check,
  stack: StackUnderTest,
  finding: Finding,
): CheckResult {
  return {
    phase,
    id,
    measured: finding.measured,
    ...(computed === true && finding.measured !== null ? {computed} : {}),
    target: target(stack),
    unit,
    verdict: finding.verdict,
    reason: finding.reason,
    ...(unknownDecides === false && finding.verdict === 'unknown' ? {decides: false as const} : {}),
  };
}
