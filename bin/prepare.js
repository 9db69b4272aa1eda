// Makes this checkout ready: dependencies as the lockfile has them, and a build that is newer than every source.
// Called by bin/ready.sh when something is missing. It runs before anything is installed: node's own modules only.
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {constants} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {underLock} from './ready-lock.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockfile = join(root, 'package-lock.json');
const hiddenLockfile = join(root, 'node_modules/.package-lock.json');
// A copy of the lockfile that was installed, written when everything in it is there; bin/ready.sh compares the two.
const stamp = join(root, 'node_modules/.installed-lock.json');

// Whatever the caller's umask, other users cannot write to what is installed and built here.
process.umask(process.umask() | 0o002);
await underLock(join(root, '.ready.lock'), say, async (hold) => {
  const text = readFileSync(lockfile);
  if (!existsSync(stamp) || !readFileSync(stamp).equals(text)) {
    if (!isWhole(text)) await install(text, hold);
    writeWhole(stamp, text);
  }
  if (!isBuilt()) await build(hold);
});

/** Whether npm finished here and every package of the lockfile, the development tools included, is in its place. */
function isWhole(text) {
  const wanted = JSON.parse(text).packages;
  const installed = installedPackages();
  return Object.entries(wanted).every(([path, {version, link, optional, devOptional, peer}]) => {
    // The root, workspaces and links have no folder of their own in node_modules.
    if (!path.startsWith('node_modules/') || link) return true;
    const there = installed[path];
    // npm leaves out what is for another platform.
    if (there === undefined) return Boolean(optional || devOptional || peer);
    return there.version === version && existsSync(join(root, path, 'package.json'));
  });
}

/** What npm has noted of them; nothing where it was killed while it wrote. */
function installedPackages() {
  try {
    return JSON.parse(readFileSync(hiddenLockfile, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

async function install(text, hold) {
  say('installing dependencies (npm ci)');
  // Whatever ends the installation early, the next start must see that it is not whole.
  for (const path of [stamp, hiddenLockfile]) rmSync(path, {force: true});
  // The flags win over variables and npmrc files that would leave something out or install somewhere else.
  const flags = [
    ...['--include=dev', '--include=optional', '--include=peer', '--global=false', '--location=project'],
    ...['--prefix', root, '--dry-run=false', '--package-lock-only=false', '--install-strategy=hoisted'],
    ...['--bin-links=true', '--ignore-scripts', '--loglevel=error'],
  ];
  const code = await run('npm', ['ci', ...flags], hold);
  if (code === 'ENOENT') fail('npm is not on PATH', 'install npm (Debian: apt-get install npm), then run this again');
  if (code !== 0) {
    fail('npm ci failed', 'check the network and the npm registry, then run this again');
  }
  if (!isWhole(text)) {
    fail(
      'npm ci succeeded, but packages in package-lock.json are missing',
      'look for "omit", "os" or "cpu" in your .npmrc',
    );
  }
}

async function build(hold) {
  say('building');
  if ((await run(process.execPath, [join(root, 'bin/build.js')], hold)) !== 0) fail('the build failed: see above');
}

/** Another run may have built while this one waited for the lock. Asks what bin/ready.sh asks. */
function isBuilt() {
  return spawnSync('sh', [join(root, 'bin/ready.sh'), '--is-built']).status === 0;
}

async function run(program, args, hold) {
  // Standard output belongs to the command that is run afterwards.
  const child = spawn(program, args, {cwd: root, env: buildEnvironment(), stdio: ['ignore', 2, 2]});
  const exit = once(child, 'exit').catch((error) => [error.code]);
  if (child.pid !== undefined) hold(child.pid);
  // The child ends first, so that nothing writes here without the lock.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => child.kill(signal));
  const [code, signal] = await exit;
  if (signal) process.exit(128 + (constants.signals[signal] ?? 0));
  return code;
}

/** The caller's environment without what would change what is installed or built. Registry and proxies stay. */
function buildEnvironment() {
  const changing =
    /^(?:NODE_(?:ENV|OPTIONS|PATH)|npm_config_(?:omit|include|only|production|optional|also|dev|workspaces?|os|cpu|libc|node_options|script_shell|before|tag))$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !changing.test(name)));
}

function writeWhole(path, text) {
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

function say(text) {
  process.stderr.write(`sutra: ${text}\n`);
}

function fail(text, ...cures) {
  say(text);
  for (const cure of cures) process.stderr.write(`  try: ${cure}\n`);
  process.exit(3);
}
