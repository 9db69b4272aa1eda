import {join} from 'node:path';
import {compareVersions} from '../experiment/bench/compare-versions.js';
import {identityOf} from '../experiment/bench/identity-of-plan.js';
import {versionsOutcome} from '../experiment/bench/versions-outcome.js';
import {identityText} from '../report/bench/stack-identity-text.js';
import {settingsOf} from '../stack/plans/plan-history.js';
import {productRoot} from '../system/product-version.js';
import type {System} from '../system/system.js';
import type {AskedBench, Measurement} from './bench-target.js';
import {otherStack} from './other-version.js';
import {rebuildVersion} from './rebuild.js';
import {endOrphans} from './scratch-orphans.js';
import {resolveBeside, scratchStack} from './scratch-stack.js';
import type {LoadWatch} from './watch-load.js';

/**
 * Builds the commit `ref` of the product, runs it and this version in turn as stacks like the one here and beside it, and
 * holds this one against it. Nothing of either is left afterwards. Throws USAGE for a ref there is none of.
 */
export async function benchVersions(
  system: System,
  ref: string,
  {request, thresholds, repeats}: AskedBench,
  watch: LoadWatch,
): Promise<Measurement> {
  await endOrphans(system, watch.tell);
  // What is wrong with the settings is said before anything is built; ports that are free now may not be afterwards.
  await resolveBeside(system);
  watch.tell(`Building ${ref}`);
  await using version = await rebuildVersion(system, productRoot, ref);
  const resolved = await resolveBeside(system);
  const {plan, topology} = resolved;
  await using scratch = await scratchStack(system);
  const settings = settingsOf(topology, plan);
  watch.tell(`Deploys both in turn as ${identityText(identityOf(plan))}`);
  const title = `${ref} (${version.commit.slice(0, 12)})`;
  const other = otherStack(system, version, {folder: join(scratch.folder, 'other'), settings, plan});
  const sides = {
    baseline: {title, ...other},
    now: {title: 'now', bring: () => scratch.bring(resolved), end: scratch.end},
  };
  const found = await compareVersions(
    sides,
    {...request, url: new URL('/embed', plan.urls.api)},
    {
      repeats,
      signal: system.signal,
      onRun: (side, round) => watch.begin(`${side}, ${round + 1} of ${repeats}`),
      onSecond: watch.second,
    },
  );
  return {plan, ...versionsOutcome(found, {title, body: request.body, thresholds, repeats})};
}
