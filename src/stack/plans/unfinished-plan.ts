import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';
import {configDigest} from '../../decision/evidence.js';
import {readJsonFile, writeJsonFile} from '../../system/files/json-file.js';
import {stateFolderOf} from '../../system/folders/state-folder.js';
import type {System} from '../../system/system.js';
import {type Plan, planSchema} from '../../topology/plan-schema.js';
import {partialSettingsSchema, type Settings} from '../../topology/settings/settings.js';
import {type DeployReason, deployReasons, keptPlanOf, readHistory, settingsOf} from './plan-history.js';
import type {ResolvedStack} from './resolve-stack.js';

const unfinishedSchema = z.strictObject({
  schemaVersion: z.literal(1),
  reason: z.enum(deployReasons),
  /** Number of the deployment that ran before; null where none is kept. */
  from: z.int().positive().nullable(),
  settings: partialSettingsSchema,
  plan: planSchema,
});
/** A deployment that began and was neither kept nor taken back: its command was killed. */
export type UnfinishedPlan = z.infer<typeof unfinishedSchema>;

/** Writes down what a deployment is about to make of the stack, so that it can be taken up again when it is killed. */
export function writeUnfinished(
  system: Pick<System, 'cwd'>,
  {topology, plan}: Pick<ResolvedStack, 'topology' | 'plan'>,
  {reason, running}: {reason: DeployReason; running: Plan | null},
): void {
  const from = deploymentBefore(system, running);
  const unfinished: UnfinishedPlan = {schemaVersion: 1, reason, from, settings: settingsOf(topology, plan), plan};
  writeJsonFile(pathIn(system), unfinished);
}

/** The deployment that was killed while it made `running` of the stack; null where the last one ended by itself. */
export function findUnfinished(system: Pick<System, 'cwd'>, running: Plan): UnfinishedPlan | null {
  const found = readJsonFile(pathIn(system), unfinishedSchema);
  const isOfRunning = found.state === 'whole' && configDigest(found.value.plan) === configDigest(running);
  return isOfRunning ? found.value : null;
}

export function forgetUnfinished(system: Pick<System, 'cwd'>): void {
  rmSync(pathIn(system), {force: true});
}

/** What the running plan was made from, whether its deployment was finished or not. */
export function settingsOfRunning(
  system: Pick<System, 'cwd'>,
  running: Plan,
): {origin: string; settings: Settings} | null {
  const kept = keptPlanOf(readHistory(system), running);
  if (kept !== null) return {origin: `plan ${kept.number}`, settings: kept.settings};
  const unfinished = findUnfinished(system, running);
  return unfinished === null ? null : {origin: 'the unfinished deployment', settings: unfinished.settings};
}

/** Several that were killed one after another all began at the last one that was finished. */
function deploymentBefore(system: Pick<System, 'cwd'>, running: Plan | null): number | null {
  if (running === null) return null;
  const unfinished = findUnfinished(system, running);
  if (unfinished !== null) return unfinished.from;
  return keptPlanOf(readHistory(system), running)?.number ?? null;
}

function pathIn(system: Pick<System, 'cwd'>): string {
  return join(stateFolderOf(system), 'unfinished.json');
}
