import {readdir} from 'node:fs/promises';
import {arch, availableParallelism, cpus, platform, release, totalmem} from 'node:os';
import {join} from 'node:path';
import {configDigest, type Environment, type Evidence, evidenceSchema, type Findings} from '../decision/evidence.js';
import {stateFolderOf} from '../stack/plans/deployed-plan.js';
import {readJsonFile, writeJsonFile} from '../system/files/json-file.js';
import {makeOwnFolder} from '../system/files/own-files.js';
import {makeStateFolder} from '../system/folders/folder-mark.js';
import {runProgram} from '../system/process/run-program.js';
import {productRoot} from '../system/product-version.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';

/** Keeps a record under `.sutra/evidence/<digest of the plan>/`; returns its path. */
export async function recordEvidence(system: System, plan: Plan, found: Findings): Promise<string> {
  const at = new Date(system.clock.nowMs()).toISOString();
  const digest = configDigest(plan);
  const folder = folderFor(system, digest);
  const path = join(folder, `${found.kind}-${at.replaceAll(':', '')}.json`);
  const evidence: Evidence = {
    schemaVersion: 1,
    at,
    configDigest: digest,
    commit: await commitOf(system),
    environment: environment(),
    ...found,
  };
  makeStateFolder(stateFolderOf(system));
  makeOwnFolder(folder);
  writeJsonFile(path, evidence, 0o600);
  return path;
}

/** The records of a plan that this version can read, oldest first; `onUnreadable` is told why another is left out. */
export async function readEvidence(
  system: System,
  plan: Plan,
  onUnreadable: (text: string) => void,
): Promise<Evidence[]> {
  const folder = folderFor(system, configDigest(plan));
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const read = names.flatMap((name) => {
    const found = readJsonFile(join(folder, name), evidenceSchema);
    if (found.state === 'damaged') onUnreadable(`${join(folder, name)} is left out: it ${found.problem}`);
    return found.state === 'whole' ? [found.value] : [];
  });
  return read.sort((a, b) => (a.at < b.at ? -1 : 1));
}

function folderFor(system: System, digest: string): string {
  return join(stateFolderOf(system), 'evidence', digest.slice(0, 16));
}

/** Of the checkout this runs from; null where it is none, also inside of another repository. */
export async function commitOf({signal}: System): Promise<string | null> {
  const args = ['--git-dir', join(productRoot, '.git'), 'rev-parse', 'HEAD'];
  const run = await runProgram(['git', args], {timeoutMs: 5_000, signal});
  return run?.exitCode === 0 ? run.stdout.trim() : null;
}

/** The machine, as a record names it. */
export function environment(): Environment {
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
  };
}
