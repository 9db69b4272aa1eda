import {z} from 'zod';
import {SutraError} from '../errors.js';
import {awaitServersUp} from '../runtime/await-servers-up.js';
import type {ImageIds, Runtime} from '../runtime/runtime.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {runtimeFor} from './hosts/open-runtime.js';
import {writeDeployedPlan} from './plans/deployed-plan.js';
import {keptPlanOf, readHistory} from './plans/plan-history.js';
import {forgetUnfinished} from './plans/unfinished-plan.js';
import {recordWritten} from './plans/written-files.js';
import {writeCacheSecret} from './secrets/write-cache-secret.js';
import {noteEvent} from './stack-journal.js';

/** Room for every replica of the plan before to be replaced once more, one after another. */
const deadlineMs = 600_000;
const linesShown = 15;

/**
 * After a rollout that failed: shows what the failed instance said last, brings back the plan that ran before, and
 * always throws: the failure, with how going back went among its cures.
 */
export async function goBack(
  failure: unknown,
  {system, before, note}: {system: System; before: Plan; note: (text: string) => void},
): Promise<never> {
  // Not the command's own signal: going back must survive the interrupt that caused it.
  const fresh = {...system, signal: AbortSignal.timeout(deadlineMs)};
  const runtime = await runtimeFor(fresh, before);
  for (const line of await lastWords(failure, runtime)) note(line);
  note('restoring the previous deployment');
  noteEvent(system, {kind: 'rollout-failed', entity: 'stack', cause: firstLine(failure), data: {}});
  try {
    writeDeployedPlan(fresh, before);
    const images = keptPlanOf(readHistory(fresh), before)?.images ?? {};
    const former = {system: fresh, runtime, before, images};
    await bringBack(former).catch(() => bringBackAnew(former));
    forgetUnfinished(fresh);
  } catch (problem) {
    throw withCure(
      failure,
      `restoring the previous deployment failed too (${firstLine(problem)}): run sutra status, then sutra deploy`,
    );
  }
  throw withCure(failure, 'no action needed: the previous deployment was restored');
}

interface Former {
  system: System;
  runtime: Runtime;
  before: Plan;
  images: ImageIds;
}

async function bringBack({system, runtime, before, images}: Former): Promise<void> {
  // Its cache shard asks for a secret, which the plan that failed may have had no use for.
  await writeCacheSecret(system, before, {state: 'unset'});
  await runtime.up(before, {signal: system.signal, images});
  recordWritten(system);
  await awaitServersUp(before, system);
}

/**
 * Two configurations in quick succession can cost a load balancer its life, or leave it with the one that was taken back.
 * Started anew it reads the right one.
 */
async function bringBackAnew(former: Former): Promise<void> {
  const {loadBalancer} = former.before;
  if (loadBalancer !== null) await former.runtime.stop(loadBalancer.name, former.system.signal);
  await bringBack(former);
}

const instanceSchema = z.object({instance: z.string(), lines: z.array(z.string()).optional()});

/** The last lines of the instance that the failure names; none where it names none. */
async function lastWords(failure: unknown, runtime: Runtime): Promise<string[]> {
  const named = instanceSchema.safeParse(failure instanceof SutraError ? failure.details : undefined);
  if (!named.success) return [];
  const {instance} = named.data;
  const lines = named.data.lines ?? (await logOf(instance, runtime));
  if (lines.length === 0) return [`${instance} wrote no output`];
  return [`last lines of ${instance}:`, ...lines.slice(-linesShown).map((line) => `  ${line}`)];
}

async function logOf(instance: string, runtime: Runtime): Promise<string[]> {
  const lines: string[] = [];
  try {
    const options = {tail: linesShown, follow: false, signal: AbortSignal.timeout(5_000)};
    for await (const {text} of runtime.logs([instance], options)) lines.push(text);
  } catch {
    // A log that cannot be read must not keep the stack from going back.
  }
  return lines;
}

/** The lines were shown already: the message keeps to what happened. */
function withCure(failure: unknown, cure: string): unknown {
  if (failure instanceof SutraError) {
    const {code, cures, details, cause} = failure;
    return new SutraError(code, firstLine(failure), {cure: [cure, ...cures], cause, ...(details && {details})});
  }
  const isAborted = failure instanceof Error && failure.name === 'AbortError';
  return isAborted ? new SutraError('INTERRUPTED', 'interrupted', {cure, cause: failure}) : failure;
}

function firstLine(problem: unknown): string {
  const [line = ''] = (problem instanceof Error ? problem.message : String(problem)).split('\n');
  return line.replace(/; its last lines:$/, '');
}
