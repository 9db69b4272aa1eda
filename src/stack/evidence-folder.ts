import {mkdir} from 'node:fs/promises';
import {arch, availableParallelism, cpus, platform, release, totalmem} from 'node:os';
import {join} from 'node:path';
import {configDigest, type Environment, type Evidence} from '../decision/evidence.js';
import {writeFileAtomic} from '../system/files.js';
import {runProgram} from '../system/run-program.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {stateFolderOf} from './deployed-plan.js';
import {productRoot} from './product-version.js';

/** Keeps a record under `.sutra/evidence/<digest of the plan>/`; returns its path. */
export async function recordEvidence(
  system: System,
  plan: Plan,
  found: Pick<Evidence, 'kind' | 'verdict' | 'checks'>,
): Promise<string> {
  const at = new Date(system.clock.nowMs()).toISOString();
  const digest = configDigest(plan);
  const folder = join(stateFolderOf(system), 'evidence', digest.slice(0, 16));
  const path = join(folder, `${found.kind}-${at.replaceAll(':', '')}.json`);
  const evidence: Evidence = {
    schemaVersion: 1,
    at,
    configDigest: digest,
    commit: await commitOf(system),
    environment: environment(),
    ...found,
  };
  await mkdir(folder, {recursive: true});
  await writeFileAtomic(path, `${JSON.stringify(evidence, null, 2)}\n`);
  return path;
}

async function commitOf({signal}: System): Promise<string | null> {
  const run = await runProgram(['git', ['-C', productRoot, 'rev-parse', 'HEAD']], {timeoutMs: 5_000, signal});
  return run?.exitCode === 0 ? run.stdout.trim() : null;
}

function environment(): Environment {
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
  };
}
