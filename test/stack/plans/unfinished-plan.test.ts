import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {writeDeployedPlan} from '../../../src/stack/plans/deployed-plan.js';
import {type DeployReason, keepPlan} from '../../../src/stack/plans/plan-history.js';
import {resolveRollback} from '../../../src/stack/plans/resolve-rollback.js';
import {resolveScale} from '../../../src/stack/plans/resolve-scale.js';
import type {ResolvedStack} from '../../../src/stack/plans/resolve-stack.js';
import {writeUnfinished} from '../../../src/stack/plans/unfinished-plan.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import type {System} from '../../../src/system/system.js';
import {resolveTopology} from '../../../src/topology/settings/resolve.js';
import {planOf} from '../../support/plans.js';

/** A stack of community with so many replicas. */
function stackOf(replicas: number): Pick<ResolvedStack, 'topology' | 'plan'> {
  const settings = {edition: 'community', replicas, runtime: 'process', model: 'all-MiniLM-L6-v2-int8'} as const;
  return {topology: resolveTopology([{origin: 'test', settings}]), plan: planOf(settings)};
}

/** Deployments of 1, 2 and 3 replicas that ended well. */
function deployedThrice(): System {
  const cwd = mkdtempSync(join(tmpdir(), 'sutra-unfinished-'));
  onTestFinished(() => rmSync(cwd, {recursive: true, force: true}));
  const system = {...nodeSystem(AbortSignal.timeout(20_000)), cwd};
  for (const replicas of [1, 2, 3]) {
    writeDeployedPlan(system, stackOf(replicas).plan);
    keepPlan(system, stackOf(replicas), {reason: 'deploy', images: {}});
  }
  return system;
}

/** As the command leaves it that is killed in the middle of its rollout. */
function killedAt(system: System, from: number, to: number, reason: DeployReason): void {
  writeUnfinished(system, stackOf(to), {reason, running: stackOf(from).plan});
  writeDeployedPlan(system, stackOf(to).plan);
}

test('a rollback that was killed goes where it was going, and not one further', async () => {
  const system = deployedThrice();
  expect((await resolveRollback(system, undefined)).kept.number).toBe(2);
  killedAt(system, 3, 2, 'rollback');
  expect((await resolveRollback(system, undefined)).kept.number).toBe(2);
  killedAt(system, 2, 2, 'rollback');
  expect((await resolveRollback(system, undefined)).kept.number).toBe(2);
});

test('a rollback after a deployment that was killed goes back to where that began', async () => {
  const system = deployedThrice();
  killedAt(system, 3, 5, 'deploy');
  expect((await resolveRollback(system, undefined)).kept.number).toBe(3);
  killedAt(system, 5, 1, 'deploy');
  expect((await resolveRollback(system, undefined)).kept.number).toBe(3);
});

test('a scale that was killed can be given again, and begins with the same settings', async () => {
  const system = deployedThrice();
  killedAt(system, 3, 7, 'scale');
  const {plan} = await resolveScale(system, ['7']);
  expect(plan.services.find(({name}) => name === 'ml-base')?.replicas).toHaveLength(7);
  expect(plan).toMatchObject({edition: 'community', modelSource: 'all-MiniLM-L6-v2-int8'});
});
