import {readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';
import {configDigest} from '../../decision/evidence.js';
import {type JsonFile, readJsonFile, writeJsonFile} from '../../system/files/json-file.js';
import {makeOwnFolder, setAside} from '../../system/files/own-files.js';
import {stateFolderOf} from '../../system/folders/state-folder.js';
import type {System} from '../../system/system.js';
import {type Plan, planSchema} from '../../topology/plan-schema.js';
import type {Topology} from '../../topology/settings/resolve.js';
import {partialSettingsSchema, type Settings} from '../../topology/settings/settings.js';

export const deployReasons = ['deploy', 'start', 'scale', 'rollback'] as const;
export type DeployReason = (typeof deployReasons)[number];

const keptSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Grows by one with every deployment that changed something. */
  number: z.int().positive(),
  atMs: z.int(),
  /** Of the product that deployed it. */
  version: z.string(),
  reason: z.enum(deployReasons),
  /** What the plan was made from, with nothing left open: enough to make it again with one of them changed. */
  settings: partialSettingsSchema,
  plan: planSchema,
  /** Name of a record → id of the image it ran; empty for processes. */
  images: z.record(z.string(), z.string()),
});
/** A deployment that succeeded here. */
export type KeptPlan = z.infer<typeof keptSchema>;

export const keptCount = 5;

/** Returns the deployments kept, the newest last. A file that this version cannot read is left out. */
export function readHistory(system: Pick<System, 'cwd'>): KeptPlan[] {
  return keptFiles(system).flatMap(({found}) => (found.state === 'whole' ? [found.value] : []));
}

/** Returns the files of the history that cannot be read, and what is wrong with each. */
export function damagedHistory(system: Pick<System, 'cwd'>): {path: string; problem: string}[] {
  return keptFiles(system).flatMap(({path, found}) =>
    found.state === 'damaged' ? [{path, problem: found.problem}] : [],
  );
}

/** Keeps a deployment; one that is what the newest was adds nothing. Throws NO_SPACE, PERMISSION. */
export function keepPlan(
  system: System,
  {topology, plan}: {topology: Topology; plan: Plan},
  {reason, images}: Pick<KeptPlan, 'reason' | 'images'>,
): number {
  const settings = settingsOf(topology, plan);
  const files = keptFiles(system);
  for (const {path, found} of files) if (found.state === 'damaged') setAside(path);
  const whole = files.flatMap(({path, found}) => (found.state === 'whole' ? [{path, kept: found.value}] : []));
  const newest = whole.at(-1)?.kept;
  if (newest !== undefined && sameDeployment(newest, {settings, plan, images})) return newest.number;
  const number = lastNumber(system) + 1;
  const atMs = system.clock.nowMs();
  const kept: KeptPlan = {schemaVersion: 1, number, atMs, version: plan.version, reason, settings, plan, images};
  makeOwnFolder(historyFolder(system), 0o700);
  writeJsonFile(join(historyFolder(system), `${String(number).padStart(6, '0')}.json`), kept);
  // Only now: the new one is on the disk.
  for (const {path} of whole.slice(0, Math.max(0, whole.length + 1 - keptCount))) rmSync(path, {force: true});
  return number;
}

/** The newest deployment of exactly this plan, or null. */
export function keptPlanOf(history: readonly KeptPlan[], plan: Plan): KeptPlan | null {
  const digest = configDigest(plan);
  return history.findLast((kept) => configDigest(kept.plan) === digest) ?? null;
}

/** Resolved settings as a layer that makes the same plan again wherever the flags have gone. */
export function settingsOf({settings, edition, shape}: Topology, {runtime}: Plan): Settings {
  return {...settings, edition, topology: shape, runtime};
}

function sameDeployment(kept: KeptPlan, {settings, plan, images}: Pick<KeptPlan, 'settings' | 'plan' | 'images'>) {
  return configDigest([kept.settings, kept.plan, kept.images]) === configDigest([settings, plan, images]);
}

function historyFolder(system: Pick<System, 'cwd'>): string {
  return join(stateFolderOf(system), 'plans');
}

interface KeptFile {
  number: number;
  path: string;
  found: JsonFile<KeptPlan>;
}

function keptFiles(system: Pick<System, 'cwd'>): KeptFile[] {
  const folder = historyFolder(system);
  return namesIn(folder)
    .flatMap((name) => {
      const number = /^(\d+)\.json$/.exec(name)?.[1];
      const path = join(folder, name);
      return number === undefined ? [] : [{number: Number(number), path, found: readJsonFile(path, keptSchema)}];
    })
    .toSorted((a, b) => a.number - b.number);
}

/** Of all there ever were, as far as the names of the files tell: that of a damaged one is not given again. */
function lastNumber(system: Pick<System, 'cwd'>): number {
  const numbers = namesIn(historyFolder(system)).map((name) => Number(/^(\d+)\.json/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
