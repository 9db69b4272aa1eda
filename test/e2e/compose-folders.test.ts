// needs: docker
import {cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {containersOf} from '../../src/runtime/compose/containers/containers.js';
import {refuseForeign} from '../../src/runtime/compose/refuse-foreign.js';
import {takeDown} from '../../src/runtime/compose/take-down.js';
import {quickDocker} from '../../src/system/docker-engine.js';
import {makeStateFolder} from '../../src/system/folders/folder-mark.js';
import {docker} from '../support/docker.js';
import {planOf} from '../support/plans.js';

// Which containers, networks and volumes are those of a folder: labels say its name, and names can be left and taken.
const project = 'folders';
const root = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-compose-folders-')));
const at = (name: string) => join(root, name, '.sutra');
const {signal} = new AbortController();

afterAll(async () => {
  await docker('rm', '--force', ...containerNames);
  for (const name of ['x', 'y', 'z']) await takeDown({...target(name), volumes: true});
  rmSync(root, {recursive: true, force: true});
});

const containerNames = [`${project}-ml-base-1`, `${project}-other`];
const target = (name: string) => ({docker: quickDocker(), stateFolder: at(name), volumes: false, signal});
const namesIn = async (name: string) => (await containersOf(quickDocker(), at(name))).map(({status}) => status.name);

/** What a deployment in that folder leaves on the engine: a container, not started, and the volume of the cache. */
async function standIn(name: string, container: string): Promise<void> {
  mkdirSync(join(root, name), {recursive: true});
  makeStateFolder(at(name));
  const label = ['--label', `dev.sutra.folder=${at(name)}`];
  await docker('create', '--name', container, ...label, '--label', 'dev.sutra.instance=ml-base-1', 'haproxy:3.0');
  await docker('volume', 'create', ...label, `${project}_cache`);
}

const plan = planOf({model: 'all-MiniLM-L6-v2', edition: 'community', project});
const isRefused = (name: string) => refuseForeign(quickDocker(), {plan, stateFolder: at(name), signal});

test('the containers and the volume of a folder are not those of its copy', async () => {
  await standIn('x', containerNames[0] ?? '');
  cpSync(join(root, 'x'), join(root, 'y'), {recursive: true});
  expect(await namesIn('y')).toEqual([]);
  expect(await takeDown({...target('y'), volumes: true})).toBe(false);
  expect(await namesIn('x')).toEqual(['ml-base-1']);
  await expect(isRefused('y')).rejects.toMatchObject({
    code: 'BUSY',
    details: {container: containerNames[0], folder: at('x')},
  });
  await isRefused('x');
});

test('the volume alone keeps its name from others, while its folder is there', async () => {
  await docker('rm', '--force', containerNames[0] ?? '');
  const message = `the volume ${project}_cache holds the cache of the stack in ${join(root, 'x')}`;
  await expect(isRefused('y')).rejects.toMatchObject({code: 'BUSY', message});
  await isRefused('x');
});

test('they follow a folder that is moved, until another folder has its old name', async () => {
  await standIn('x', containerNames[0] ?? '');
  renameSync(join(root, 'x'), join(root, 'z'));
  expect(await namesIn('z')).toEqual(['ml-base-1']);
  await isRefused('z');
  await standIn('x', containerNames[1] ?? '');
  expect(await namesIn('z')).toEqual([]);
  rmSync(join(root, 'x'), {recursive: true});
  expect(await takeDown({...target('z'), volumes: true})).toBe(true);
  expect(await docker('ps', '--all', '--quiet', '--filter', `name=${project}-`)).toBe('');
  expect(await docker('volume', 'ls', '--quiet', '--filter', `name=${project}_cache`)).toBe('');
});
