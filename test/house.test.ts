import {readFile} from 'node:fs/promises';
import {expect, it} from 'vitest';
import {failures, verdictExit} from '../src/errors.js';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

it('VERSION is the version of every package', async () => {
  const version = (await read('VERSION')).trim();
  for (const folder of ['.', 'templates/cache', 'templates/contract', 'templates/embedder']) {
    expect(JSON.parse(await read(`${folder}/package.json`)).version).toBe(version);
  }
});

it('the lockfile names no download address', async () => {
  expect(await read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
});

it('every exit code is in the README', async () => {
  const readme = await read('README.md');
  const codes = [...Object.values(failures).map(({exit}) => exit), ...Object.values(verdictExit)];
  for (const code of new Set(codes)) expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
});

it('every command is in the README', async () => {
  const [readme, manifest] = await Promise.all([read('README.md'), read('oclif.manifest.json')]);
  for (const id of Object.keys(JSON.parse(manifest).commands))
    expect(readme).toContain(`\`sutra ${id.replaceAll(':', ' ')}`);
});

it('commands and their flags are what command-snapshot.json says', async () => {
  const {commands} = JSON.parse(await read('oclif.manifest.json'));
  const rows = Object.entries<{args: object; flags: object}>(commands).map(
    ([id, {args, flags}]) => [id, {args: Object.keys(args).sort(), flags: Object.keys(flags).sort()}] as const,
  );
  const surface = Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
  await expect(`${JSON.stringify(surface, null, 2)}\n`).toMatchFileSnapshot('command-snapshot.json');
});
