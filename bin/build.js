// Compiles src/ and templates/, drops what no source stands behind any more, and writes the command manifest,
// which spares every start of the command line the loading of all commands. What was compiled finds the contract by
// path: a package has no workspaces. It copies the lockfile, which npm leaves out of a package and from which images
// are built.
import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {settings} from '@oclif/core';
import {Plugin} from '@oclif/core/config';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(root, 'node_modules/typescript/bin/tsc');

const {status} = spawnSync(process.execPath, [tsc, '-b'], {cwd: root, stdio: 'inherit'});
if (status !== 0) process.exit(1);
for (const room of [root, ...templates()]) {
  prune(room);
  importContractByPath(join(room, 'dist'));
}
await writeManifest();
copyFileSync(join(root, 'package-lock.json'), join(root, 'dist/package-lock.json'));
writeFileSync(join(root, 'dist/.built'), '');

function templates() {
  return readdirSync(join(root, 'templates')).map((name) => join(root, 'templates', name));
}

function prune(room) {
  for (const path of readdirSync(join(room, 'dist'), {recursive: true})) {
    const source = path.match(/^(.*?)\.(?:d\.ts|js)(?:\.map)?$/)?.[1];
    if (source !== undefined && !existsSync(join(room, 'src', `${source}.ts`))) rmSync(join(room, 'dist', path));
  }
}

function importContractByPath(dist) {
  for (const name of readdirSync(dist, {recursive: true}).filter((path) => path.endsWith('.js'))) {
    const path = join(dist, name);
    const code = readFileSync(path, 'utf8');
    const contract = relative(dirname(path), join(root, 'templates/contract/dist'));
    const byPath = code.replace(/(from |import\()(['"])@sutra\/contract\/([\w-]+)\2/g, `$1$2${contract}/$3.js$2`);
    if (byPath !== code) writeFileSync(path, byPath);
  }
}

async function writeManifest() {
  // The manifest is of what was built, whatever NODE_ENV says.
  settings.enableAutoTranspile = false;
  const plugin = new Plugin({errorOnManifestCreate: true, ignoreManifest: true, respectNoCacheDefault: true, root});
  await plugin.load();
  const path = join(root, 'oclif.manifest.json');
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(plugin.manifest, null, 2)}\n`);
  renameSync(`${path}.${process.pid}`, path);
}
