import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {nodeSystem} from '../../src/system/node-system.js';
import {otherStack} from '../../src/trial/other-version.js';
import {planOf} from '../support/plans.js';

it.each([
  ['{"error": {"code": "PORT_TAKEN", "message": "port 1 is taken", "cures": ["stop it"]}}', 'port 1 is taken'],
  ['no JSON at all', 'no JSON at all'],
])('what kept another version from deploying is said in its own words: %s', async (printed, said) => {
  const checkout = await mkdtemp(join(tmpdir(), 'sutra-other-version-'));
  await mkdir(join(checkout, 'bin'));
  await writeFile(join(checkout, 'bin/run.js'), `console.log(${JSON.stringify(printed)}); process.exitCode = 5;`);
  const version = {folder: checkout, commit: 'c', [Symbol.asyncDispose]: () => Promise.resolve()};
  const system = nodeSystem(AbortSignal.timeout(20_000));
  const other = otherStack(system, version, {folder: join(checkout, 'stack'), settings: {}, plan: planOf()});
  await expect(other.bring()).rejects.toMatchObject({
    code: 'START_FAILED',
    message: `the other version did not deploy: ${said}`,
  });
  await rm(checkout, {recursive: true});
});
