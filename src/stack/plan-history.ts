import {mkdir, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import {configDigest} from '../decision/evidence.js';
import {writeJsonAtomic} from '../system/atomic-json.js';
import {readTextIfThere} from '../system/files.js';
import type {System} from '../system/system.js';
import {type Plan, planSchema} from '../topology/plan-schema.js';
import {partialSettingsSchema, type Settings} from '../topology/settings.js';
import {stateFolderOf} from './deployed-plan.js';
import type {ResolvedStack} from './resolve-stack.js';

const deployReasons = ['deploy', 'scale', 'rollback'] as const;
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

const keptCount = 5;

/** The deployments kept, the newest last. A file that this version cannot read is left out. */
export async function readHistory(system: Pick<System, 'cwd'>): Promise<KeptPlan[]> {
  const kept: KeptPlan[] = [];
  for (const {path} of await keptFiles(system)) {
    const parsed = keptSchema.safeParse(parseJson((await readTextIfThere(path)) ?? ''));
    if (parsed.success) kept.push(parsed.data);
  }
  return kept;
}

/** Keeps a deployment; one that is what the newest was adds nothing. Throws NO_SPACE, PERMISSION. */
export async function keepPlan(
  system: System,
  {topology, plan}: Pick<ResolvedStack, 'topology' | 'plan'>,
  {reason, images}: Pick<KeptPlan, 'reason' | 'images'>,
): Promise<number> {
  const settings = settingsOf(topology, plan);
  const newest = (await readHistory(system)).at(-1);
  if (newest !== undefined && sameDeployment(newest, {settings, plan, images})) return newest.number;
  const files = await keptFiles(system);
  const number = (files.at(-1)?.number ?? 0) + 1;
  const atMs = system.clock.nowMs();
  const kept: KeptPlan = {schemaVersion: 1, number, atMs, version: plan.version, reason, settings, plan, images};
  await mkdir(historyFolder(system), {recursive: true, mode: 0o700});
  writeJsonAtomic(join(historyFolder(system), `${String(number).padStart(6, '0')}.json`), kept);
  for (const {path} of files.slice(0, Math.max(0, files.length + 1 - keptCount))) await rm(path, {force: true});
  return number;
}

/** The newest deployment of exactly this plan, or null. */
export function keptPlanOf(history: readonly KeptPlan[], plan: Plan): KeptPlan | null {
  const digest = configDigest(plan);
  return history.findLast((kept) => configDigest(kept.plan) === digest) ?? null;
}

/** Resolved settings as a layer that makes the same plan again wherever the flags have gone. */
export function settingsOf({settings, edition, shape}: ResolvedStack['topology'], {runtime}: Plan): Settings {
  return {...settings, edition, topology: shape, runtime};
}

function sameDeployment(kept: KeptPlan, {settings, plan, images}: Pick<KeptPlan, 'settings' | 'plan' | 'images'>) {
  return configDigest([kept.settings, kept.plan, kept.images]) === configDigest([settings, plan, images]);
}

function historyFolder(system: Pick<System, 'cwd'>): string {
  return join(stateFolderOf(system), 'plans');
}

async function keptFiles(system: Pick<System, 'cwd'>): Promise<{number: number; path: string}[]> {
  const folder = historyFolder(system);
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const number = /^(\d+)\.json$/.exec(name)?.[1];
      return number === undefined ? [] : [{number: Number(number), path: join(folder, name)}];
    })
    .toSorted((a, b) => a.number - b.number);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
