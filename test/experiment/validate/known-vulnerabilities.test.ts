import {join} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {knownVulnerabilities} from '../../../src/experiment/validate/checks/security/known-vulnerabilities.js';
import type {StackUnderTest} from '../../../src/experiment/validate/stack-under-test.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {auditRegistry, folderWithLockfile} from '../../support/audit-registry.js';

/** What the check finds when npm asks a registry with these advisories. */
async function audited(severities: Record<string, string> | null) {
  await using registry = await auditRegistry(severities);
  using folder = folderWithLockfile();
  vi.stubEnv('npm_config_registry', registry.url);
  // npm keeps advisories by their numbers.
  vi.stubEnv('npm_config_cache', join(folder.path, 'cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const system = nodeSystem(new AbortController().signal);
  return await knownVulnerabilities.run({lockfileFolder: folder.path, system} as StackUnderTest);
}

test('no known vulnerability passes', async () => {
  expect(await audited({})).toMatchObject({verdict: 'pass', measured: 0});
});

test('a high or critical one fails, with its name', async () => {
  const check = await audited({'left-pad': 'critical', 'right-pad': 'low'});
  expect(check).toMatchObject({verdict: 'fail', measured: 1, reason: expect.stringContaining('left-pad (critical)')});
});

test('a moderate one passes, and is told', async () => {
  const check = await audited({'left-pad': 'moderate'});
  expect(check).toMatchObject({verdict: 'pass', measured: 0, reason: expect.stringContaining('left-pad (moderate)')});
});

test('a registry without an audit service leaves it unknown', async () => {
  const asked = audited(null);
  await expect(asked).rejects.toMatchObject({
    code: 'NETWORK',
    message: expect.stringMatching(/returned no report: .*405/),
  });
});
