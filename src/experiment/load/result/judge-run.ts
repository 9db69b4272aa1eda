import type {MergedReport} from './merge-reports.js';

export interface RunVerdict {
  verdict: 'ok' | 'unknown';
  reason: string;
}

/** Lateness and delays below this are no matter: milliseconds. */
const toleratedMs = 5;
/** More than this share of the p99 that was measured would be the generator's own. */
const toleratedShare = 0.1;
/** Of the time. */
const mostBusyPercent = 95;

/**
 * Whether the generator did what it was to do. A run whose generator was late, or had no time left, says nothing about
 * its target, however good the figures look; neither does one without an answer.
 */
export function judgeRun(merged: MergedReport, loop: 'open' | 'closed'): RunVerdict {
  const problems = [nothingMeasured(merged), local(merged), late(merged, loop), delayed(merged), busy(merged)];
  const reason = problems.filter((problem) => problem !== null).join('; ');
  if (reason !== '') return {verdict: 'unknown', reason};
  const {lateness, generator} = merged;
  const cpu = `at ${(generator.cpuPercent ?? 0).toFixed(0)} % of a core`;
  if (loop === 'closed') return {verdict: 'ok', reason: `the generator was ${cpu}`};
  return {verdict: 'ok', reason: `the generator was late by ${ms(lateness.p99Ms)} at its p99, ${cpu}`};
}

function nothingMeasured({requests}: MergedReport): string | null {
  return requests === 0 ? 'no request ended in the measured time' : null;
}

function local({errors}: MergedReport): string | null {
  const own = Object.keys(errors.byKind).filter((kind) => kind.startsWith('local-'));
  return own.length === 0 ? null : `the generator itself failed: ${own.join(', ')}`;
}

function late({lateness, latencyMs, requests}: MergedReport, loop: 'open' | 'closed'): string | null {
  if (loop === 'closed' || requests === 0) return null;
  if (lateness.p99Ms === null) return 'the generator did not record its lateness';
  const budgetMs = budget(latencyMs.p99);
  if (lateness.p99Ms <= budgetMs) return null;
  return `the generator sent requests ${ms(lateness.p99Ms)} late at its p99, over its budget of ${ms(budgetMs)}`;
}

function delayed({generator, latencyMs, requests}: MergedReport): string | null {
  if (requests === 0) return null;
  if (generator.eventLoopDelayP99Ms === null) return 'the generator did not record the delay of its event loop';
  // Half of its precision is the timer's: a delay matters from twice the budget on.
  const budgetMs = 2 * budget(latencyMs.p99);
  if (generator.eventLoopDelayP99Ms <= budgetMs) return null;
  return `the generator's event loop was delayed by ${ms(generator.eventLoopDelayP99Ms)} at its p99, over its budget of ${ms(budgetMs)}`;
}

/** A thread that never waits is behind, whether it uses its core or is kept from it by others. */
function busy({generator, requests}: MergedReport): string | null {
  if (requests === 0) return null;
  if (generator.busyPercent === null) return 'the generator did not record how busy it was';
  if (generator.busyPercent <= mostBusyPercent) return null;
  return `a thread of the generator was busy for ${generator.busyPercent.toFixed(0)} % of the time, so the generator and not the target was the limit: use more --workers or a lower rate`;
}

function budget(latencyP99Ms: number | null): number {
  return Math.max(toleratedMs, toleratedShare * (latencyP99Ms ?? 0));
}

function ms(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}
