import {resolve} from 'node:path';
import {writeWhole} from '../system/files/whole-file.js';
import type {System} from '../system/system.js';
import {commitOf, environment} from './evidence-folder.js';

const deadlineMs = 30_000;

/** The same with a deadline of its own: what was measured is kept after an interrupt too. */
export function withOwnDeadline(system: System): System {
  return {...system, signal: AbortSignal.timeout(deadlineMs)};
}

/** Writes a page beside its record and where it is asked for; returns where it is, undefined where it is nowhere. */
export function keepReport(
  html: string,
  {evidence, asked}: {evidence: string | undefined; asked: string | undefined},
): string | undefined {
  const beside = evidence?.replace(/\.json$/, '.html');
  const wanted = asked === undefined ? undefined : resolve(asked);
  for (const path of [beside, wanted]) {
    if (path !== undefined) writeWhole(path, html, 0o600);
  }
  return wanted ?? beside;
}

/** What a reader of a report asks first: when, where, of which version, and what was sent. */
export async function reportFacts(system: System, what: string): Promise<(readonly [string, string])[]> {
  const {cpu, cores, memoryBytes, platform, node} = environment();
  return [
    ['when', new Date(system.clock.nowMs()).toISOString()],
    ['machine', `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB, ${platform}, Node ${node}`],
    ['commit', (await commitOf(system)) ?? 'not a git checkout'],
    ['load', what],
  ];
}
