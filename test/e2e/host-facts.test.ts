// needs: docker, haproxy
import {execFileSync} from 'node:child_process';
import {appendFileSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {artifactOf} from '@sutra/contract/model-entry';
import {afterAll, describe, expect, test} from 'vitest';
import {composeFacts} from '../../src/stack/hosts/compose-host.js';
import {describeFiles, writeRuntimeFiles} from '../../src/stack/hosts/runtime-files.js';
import {writeDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {resolveStack} from '../../src/stack/plans/resolve-stack.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {docker} from '../support/docker.js';
import {planOf} from '../support/plans.js';
import {stackFolder} from '../support/stack.js';

const signal = () => AbortSignal.timeout(60_000);

describe('what a preview knows of the images', () => {
  // Not a version that anything else builds.
  const version = 'facts-test';
  const plan = {...planOf({edition: 'community', runtime: 'compose'}), version};
  const made = ['embedder', 'cache', 'load-balancer'].map((service) => `sutra-${service}:${version}`);
  const facts = (wanted = {}) => composeFacts(nodeSystem(signal()), plan, {wanted, missing: 'assume'});
  afterAll(async () => {
    await docker('rmi', '--force', ...made);
  });

  test('is assumed while they are not built, and found out afterwards as a deployment does', async () => {
    const before = await facts();
    expect(before.assumed).toEqual(
      expect.arrayContaining([
        ...made.map((image) => `the image ${image} is not built yet`),
        'HAProxy in its image is 3.0',
      ]),
    );
    imageOfNothing('sutra-embedder', `LABEL dev.sutra.artifact=${artifactOf(plan.model)}`);
    imageOfNothing('sutra-cache', 'LABEL a=b');
    imageOfNothing('sutra-load-balancer', 'ENV HAPROXY_VERSION=3.2.1');
    const preview = await facts();
    expect(preview).toMatchObject({
      assumed: [],
      // The model is inside the image, and is not mounted.
      host: {modelFolder: null, haproxyVersion: {major: 3, minor: 2}},
    });
    expect(await composeFacts(nodeSystem(signal()), plan, {wanted: {}, missing: 'refuse'})).toEqual(preview);
  });

  test('is that of the image that runs, where its name stands for another now', async () => {
    const {host} = await facts();
    const older = host.images['load-balancer'].id;
    imageOfNothing('sutra-load-balancer', 'ENV HAPROXY_VERSION=3.0.9');
    expect((await facts()).host.haproxyVersion).toEqual({major: 3, minor: 0});
    const running = await facts({'load-balancer': older});
    expect(running.host.images['load-balancer']).toEqual({reference: older, id: older});
    expect(running.host.haproxyVersion).toEqual({major: 3, minor: 2});
    await docker('rmi', older);
  });

  function imageOfNothing(name: string, change: string): void {
    const nothing = execFileSync('tar', ['-cf', '-', '--files-from', '/dev/null']);
    execFileSync('docker', ['import', '--change', change, '-', `${name}:${version}`], {input: nothing});
  }
});

describe('generate beside a stack', () => {
  const folder = stackFolder();
  const settings = ['--edition', 'community', '--runtime', 'process'];
  afterAll(() => folder[Symbol.asyncDispose]());

  test('says what it assumed, and overwrites a file that the stack reads only when told', async () => {
    const system = nodeSystem(signal(), folder.path);
    const layer = {origin: '--edition', settings: {edition: 'community', runtime: 'process'} as const};
    const {plan} = await resolveStack(system, [layer]);
    const {artifacts} = await describeFiles(system, plan);
    writeRuntimeFiles(system, plan, artifacts);
    await writeDeployedPlan(system, plan);
    const config = join(folder.path, '.sutra', artifacts[0]?.path ?? '');
    const text = readFileSync(config, 'utf8');

    expect(await folder.run(['generate', '--check', ...settings])).toMatchObject({exitCode: 0});
    appendFileSync(config, '# what the stack has read\n');
    for (const args of [['--check'], []]) {
      const refused = await folder.run(['generate', ...args, ...settings, '--json']);
      expect(refused).toMatchObject({exitCode: 7, json: {error: {details: {differing: [config]}}}});
    }
    expect(readFileSync(config, 'utf8')).toContain('# what the stack has read');
    const none = {SUTRA_MODEL_STORE: join(folder.path, 'no-models')};
    const forced = await folder.run(['generate', '--force', ...settings, '--json'], none);
    expect(forced).toMatchObject({exitCode: 0, json: {assumed: [`the model ${plan.modelSource} is not pulled yet`]}});
    expect(readFileSync(config, 'utf8')).toBe(text);
  });
});
