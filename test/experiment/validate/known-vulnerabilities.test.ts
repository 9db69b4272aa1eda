import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {knownVulnerabilities} from '../../../src/experiment/validate/checks/known-vulnerabilities.js';
import type {StackUnderTest} from '../../../src/experiment/validate/stack-under-test.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {addressOf, close, listen} from '../../support/hub-server.js';

/** What the check finds when npm asks this registry. */
async function audited(registry: string) {
  const productRoot = folderWithLockfile();
  vi.stubEnv('npm_config_registry', registry);
  // npm keeps advisories by their numbers.
  vi.stubEnv('npm_config_cache', join(productRoot, 'cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const system = nodeSystem(new AbortController().signal);
  const stack = {productRoot, system} as StackUnderTest;
  return await knownVulnerabilities.run(stack);
}

function folderWithLockfile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-audit-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const dependencies = {'left-pad': '1.3.0', 'right-pad': '1.0.1'};
  writeFileSync(join(folder, 'package.json'), JSON.stringify({name: 'audited', version: '1.0.0', dependencies}));
  const packages = {
    '': {name: 'audited', version: '1.0.0', dependencies},
    'node_modules/left-pad': {version: '1.3.0'},
    'node_modules/right-pad': {version: '1.0.1'},
  };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({name: 'audited', lockfileVersion: 3, packages}));
  return folder;
}

/** A registry whose audit service knows these advisories; null: it has no such service. */
async function registry(severities: Record<string, string> | null): Promise<string> {
  const advisories = Object.entries(severities ?? {}).map(([name, severity], index) => {
    const advisory = {id: index + 1, url: 'https://example.com', title: 'bad', severity, vulnerable_versions: '*'};
    return [name, [advisory]];
  });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (severities === null) response.writeHead(405).end('{}');
      else if (request.method === 'POST') response.end(JSON.stringify(Object.fromEntries(advisories)));
      else response.end(JSON.stringify({name: request.url?.slice(1), versions: {}, 'dist-tags': {}}));
    });
  });
  await listen(server);
  onTestFinished(() => close(server));
  return addressOf(server);
}

test('no known vulnerability passes', async () => {
  expect(await audited(await registry({}))).toMatchObject({verdict: 'pass', measured: 0});
});

test('a high or critical one fails, with its name', async () => {
  const check = await audited(await registry({'left-pad': 'critical', 'right-pad': 'low'}));
  expect(check).toMatchObject({verdict: 'fail', measured: 1, reason: expect.stringContaining('left-pad (critical)')});
});

test('a moderate one passes, and is told', async () => {
  const check = await audited(await registry({'left-pad': 'moderate'}));
  expect(check).toMatchObject({verdict: 'pass', measured: 0, reason: expect.stringContaining('left-pad (moderate)')});
});

test('a registry without an audit service leaves it unknown', async () => {
  const asked = audited(await registry(null));
  await expect(asked).rejects.toMatchObject({
    code: 'NETWORK',
    message: expect.stringMatching(/gives no report: .*405/),
  });
});
