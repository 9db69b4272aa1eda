import {join} from 'node:path';
import {type Baseline, baselineSchema, machineDifferences} from '../decision/baseline.js';
import {configDigest} from '../decision/evidence.js';
import {SutraError} from '../errors.js';
import {stateFolderOf} from '../stack/plans/deployed-plan.js';
import {readJsonFile, writeJsonFile} from '../system/files/json-file.js';
import {makeOwnFolder} from '../system/files/own-files.js';
import {makeStateFolder} from '../system/folders/folder-mark.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {commitOf, environment} from './evidence-folder.js';

/** Keeps a measurement as `.sutra/baselines/NAME.json`, in the place of an older one; returns its path. Throws USAGE. */
export async function saveBaseline(
  system: System,
  plan: Plan,
  measurement: Pick<Baseline, 'name' | 'what' | 'loadDigest' | 'measured' | 'runs'>,
): Promise<string> {
  const path = pathOf(system, measurement.name);
  const baseline: Baseline = {
    schemaVersion: 1,
    at: new Date(system.clock.nowMs()).toISOString(),
    version: plan.version,
    commit: await commitOf(system),
    configDigest: configDigest(plan),
    environment: environment(),
    ...measurement,
  };
  makeStateFolder(stateFolderOf(system));
  makeOwnFolder(join(stateFolderOf(system), 'baselines'));
  writeJsonFile(path, baseline, 0o600);
  return path;
}

/**
 * The baseline of that name, if this machine can be compared with it. Throws USAGE for a name there is none of, STATE for one
 * this version cannot read or one of another machine.
 */
export function comparableBaseline(system: System, name: string): Baseline {
  const path = pathOf(system, name);
  const found = readJsonFile(path, baselineSchema);
  if (found.state === 'damaged') throw unreadable(path, found.problem);
  if (found.state === 'gone') {
    throw new SutraError('USAGE', `there is no baseline ${name}: no ${path}`, {cure: `sutra bench --save ${name}`});
  }
  const baseline = found.value;
  const differing = machineDifferences(baseline.environment, environment());
  if (differing.length === 0) return baseline;
  const ref = baseline.commit === null ? 'REF' : baseline.commit.slice(0, 12);
  throw new SutraError(
    'STATE',
    `the baseline ${name} was measured on another machine (${differing.join('; ')}), so its figures do not apply here`,
    {cure: `sutra bench --compare ${name} --rebuild ${ref} builds that version here and measures both, interleaved`},
  );
}

function unreadable(path: string, problem: string): SutraError {
  return new SutraError('STATE', `${path} is not a baseline this version can read: it ${problem}`, {
    cure: `delete ${path} and save it again`,
  });
}

/** Throws USAGE: before anything is measured for a name that cannot be kept. */
export function requireBaselineName(system: System, name: string | undefined): void {
  if (name !== undefined) pathOf(system, name);
}

function pathOf(system: System, name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name)) {
    throw new SutraError('USAGE', `"${name}" is not a valid baseline name`, {
      cure: 'use letters, digits, dots, dashes and underscores, 64 at most',
    });
  }
  return join(stateFolderOf(system), 'baselines', `${name}.json`);
}
