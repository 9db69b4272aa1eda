import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {renderHaproxy} from '../../../src/render/haproxy/haproxy.js';
import {haproxyOpenFiles} from '../../../src/render/haproxy/open-files.js';
import {lowLimits} from '../../../src/stack/hosts/limits.js';
import {resourceLimits} from '../../../src/system/process/resource-limits.js';
import {placeOnHost} from '../../../src/topology/place.js';
import type {Plan} from '../../../src/topology/plan-schema.js';
import {planOf} from '../../support/plans.js';
import {needs} from '../../support/skip.js';
import {missingTool} from '../../support/tools.js';

const none = Number.POSITIVE_INFINITY;
const machine = {cores: 2, threads: 100};

/** Starts HAProxy with this plan's configuration where only 100 files may be open, and returns how many it asks for. */
function askedFor(plan: Plan): number {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-limits-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const parts = renderHaproxy(plan, {
    version: {major: 2, minor: 6},
    bindAddress: () => '127.0.0.1',
    tlsCertificate: null,
    apiKeyFile: null,
    adminSocket: join(folder, 'admin.sock'),
    probeAddress: `unix@${join(folder, 'probe.sock')}`,
    resolvesNames: false,
    servers: (service) =>
      placeOnHost(plan)
        .filter((instance) => instance.service.name === service)
        .map(({name, host, port}) => ({name, address: host, port})),
  });
  for (const {path, text} of parts) writeFileSync(join(folder, basename(path)), text);
  const script = 'ulimit -n 100; exec haproxy -W -db -f "$0"';
  const {stderr} = spawnSync('sh', ['-c', script, folder], {encoding: 'utf8', timeout: 10_000});
  return Number(/Cannot raise FD limit to (\d+)/.exec(stderr)?.[1]);
}

test.for<[string, Plan]>([
  ['community', planOf({edition: 'community', portOffset: 6_900})],
  ['enterprise', planOf({edition: 'enterprise', portOffset: 6_900})],
  ['ten replicas', planOf({edition: 'community', replicas: 10, portOffset: 6_900})],
])('the open files of %s are what HAProxy asks for, and a few more', ([, plan], context) => {
  needs(context, missingTool('haproxy'));
  const asked = askedFor(plan);
  const counted = haproxyOpenFiles(plan, availableParallelism());
  expect(counted).toBeGreaterThanOrEqual(asked);
  expect(counted).toBeLessThan(asked + 200);
});

test('1024 open files are too few for HAProxy, and enough without one', () => {
  const limits = {openFiles: 1_024, threads: none};
  const [low] = lowLimits(planOf({edition: 'community'}), limits, machine);
  expect(low?.found).toMatch(/^1024 open files are allowed \(ulimit -n\), and HAProxy needs 3\d\d\d$/);
  expect(low?.hint).toContain('raise the hard limit to 4096');
  expect(lowLimits(planOf({edition: 'simple'}), limits, machine)).toEqual([]);
});

test('256 open files are too few for any service', () => {
  const limits = {openFiles: 256, threads: none};
  const [low] = lowLimits(planOf({edition: 'simple'}), limits, machine);
  expect(low?.found).toBe('256 open files are allowed (ulimit -n), and a service needs 1024');
});

test('threads that the user runs already count', () => {
  const limits = {openFiles: none, threads: 200};
  expect(lowLimits(planOf({edition: 'community'}), limits, {cores: 2, threads: 20})).toEqual([]);
  const [low] = lowLimits(planOf({edition: 'community'}), limits, {cores: 2, threads: 150});
  expect(low?.found).toMatch(/^200 threads are allowed \(ulimit -u\), 150 run, and the stack needs about \d+ more$/);
});

test('containers have limits of their own', () => {
  const limits = {openFiles: 256, threads: 10};
  expect(lowLimits(planOf({edition: 'community', runtime: 'compose'}), limits, machine)).toEqual([]);
});

test('the limits of a process are those that the kernel tells', () => {
  const node = `import('./src/system/process/resource-limits.ts').then(({resourceLimits}) => console.log(JSON.stringify(resourceLimits())))`;
  const {stdout} = spawnSync('sh', ['-c', 'ulimit -n 777; exec "$0" --import tsx -e "$1"', process.execPath, node], {
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toMatchObject({openFiles: 777});
  expect(resourceLimits(process.pid)).toEqual(resourceLimits());
});
