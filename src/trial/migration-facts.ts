import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import {verdicts} from '../decision/verdict.js';
import {openRuntime} from '../stack/hosts/open-runtime.js';
import {findDeployedPlan, stateFolderOf} from '../stack/plans/deployed-plan.js';
import {readHistory} from '../stack/plans/plan-history.js';
import {useStackCredentials} from '../stack/secrets/use-stack-credentials.js';
import {findEngine} from '../system/docker-engine.js';
import {readTextIfThere} from '../system/files/files.js';
import type {System} from '../system/system.js';

/** Everything the migration list is held against. Reads, and asks the Docker engine if there is one. */
export async function migrationFacts(system: System) {
  const [plan, engine, evidence, backups, history] = await Promise.all([
    findDeployedPlan(system),
    findEngine(system),
    readEvidence(system),
    backupsIn(system.cwd),
    readHistory(system),
  ]);
  if (plan !== null) await useStackCredentials(system, plan);
  return {system, runtime: await openRuntime(system), plan, engine, evidence, backups, plansKept: history.length};
}

const evidenceSchema = z.object({
  kind: z.string(),
  at: z.string(),
  configDigest: z.string(),
  verdict: z.enum(verdicts),
  checks: z
    .array(
      z.object({
        id: z.string(),
        phase: z.union([z.number(), z.string()]),
        measured: z.union([z.number(), z.string()]).nullable(),
        verdict: z.enum(verdicts),
        reason: z.string(),
      }),
    )
    .default([]),
});

/** The records kept here, the newest last; one that cannot be read is no evidence. */
async function readEvidence(system: System): Promise<z.infer<typeof evidenceSchema>[]> {
  const folder = join(stateFolderOf(system), 'evidence');
  const names = await readdir(folder, {recursive: true}).catch(() => []);
  const found: z.infer<typeof evidenceSchema>[] = [];
  for (const name of names.filter((file) => file.endsWith('.json'))) {
    const parsed = evidenceSchema.safeParse(await readJson(join(folder, name)));
    if (parsed.success) found.push(parsed.data);
  }
  return found.toSorted((a, b) => a.at.localeCompare(b.at));
}

async function backupsIn(folder: string): Promise<{name: string; atMs: number}[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.backup') && !name.startsWith('.'));
  const found = await Promise.all(names.map(async (name) => ({name, atMs: (await stat(join(folder, name))).mtimeMs})));
  return found.toSorted((a, b) => a.atMs - b.atMs);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse((await readTextIfThere(path)) ?? '');
  } catch {
    return undefined;
  }
}
