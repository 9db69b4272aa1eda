import {chmodSync, existsSync, lchownSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {userInfo} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {needsRoot} from '../support/skip.js';
import {launch, program, type SmallCheckout, smallCheckout} from '../support/small-checkout.js';

let checkout: SmallCheckout;
let home: string;
beforeEach(() => {
  checkout = smallCheckout();
  home = join(checkout.root, '../home');
  mkdirSync(home);
  // A Node that is too old, and whatever it is asked besides its version it does with the one of the test.
  const {programs} = checkout;
  rmSync(join(programs, 'node'));
  program(join(programs, 'node'), `case $1 in -v) echo v18.0.0 ;; *) exec "${process.execPath}" "$@" ;; esac`);
});
afterEach(() => checkout.remove());

const kept = '.cache/sutra/node/24.21.0/bin/node';
const run = (env: Record<string, string>) =>
  launch(join(checkout.root, 'sutra'), ['--version'], {
    cwd: '/',
    env: {PATH: String(checkout.env.PATH), TEST_PROGRAMS: checkout.programs, ...env},
  }).ended;

/** A program in the place of the Node that was fetched earlier. */
function keepNode(below: string): string {
  const path = join(below, kept);
  program(path, `case $1 in -v) echo v24.21.0 ;; *) echo RUN >&2; exec "${process.execPath}" "$@" ;; esac`);
  return path;
}

test('a Node of our own, in a folder that nobody else can change, runs', async () => {
  keepNode(home);
  expect(await run({HOME: home})).toMatchObject({code: 0, stderr: expect.stringContaining('RUN')});
});

test('without HOME no Node of a shared folder runs: the home folder is that of the password database', async () => {
  const shared = '/tmp/.cache';
  expect(existsSync(shared), `${shared} must not exist before this test`).toBe(false);
  // So that nothing is fetched into the real home folder, should it have none.
  program(join(checkout.programs, 'npm'), 'exit 1');
  try {
    keepNode('/tmp');
    for (const env of [{}, {HOME: ''}, {HOME: 'relative'}, {XDG_CACHE_HOME: 'relative'}]) {
      const {stderr} = await run(env);
      expect(stderr).not.toContain('RUN');
      expect(stderr).not.toContain('/tmp/.cache');
      // Either the Node that is there prepares, or one would be fetched to there.
      expect(stderr).toMatch(new RegExp(`npm ci failed|into ${userInfo().homedir}/.cache/`));
    }
  } finally {
    rmSync(shared, {recursive: true, force: true});
  }
});

test.each<[string, (path: string) => void]>([
  ['the file can be written by everybody', (path) => chmodSync(path, 0o777)],
  ['its folder can be written by everybody', (path) => chmodSync(dirname(path), 0o777)],
  ['the cache folder can be written by everybody', () => chmodSync(join(home, '.cache'), 0o777)],
])('a Node is refused when %s', (_, change) => refusesNode(change));

// Only root can give a file to another user.
test.for<[string, (path: string) => void]>([
  [
    'the cache folder can be written by a group of others',
    () => {
      chmodSync(join(home, '.cache'), 0o775);
      lchownSync(join(home, '.cache'), 0, stranger);
    },
  ],
  ['the file is another user’s', (path) => lchownSync(path, stranger, stranger)],
  ['the cache folder is another user’s', () => lchownSync(join(home, '.cache'), stranger, stranger)],
  [
    'the cache folder is a link that another user made in a folder with the sticky bit',
    () => {
      const real = join(checkout.root, '../real');
      mkdirSync(real);
      keepNode(real);
      rmSync(join(home, '.cache'), {recursive: true});
      chmodSync(home, 0o1777);
      symlinkSync(join(real, '.cache'), join(home, '.cache'));
      lchownSync(join(home, '.cache'), stranger, stranger);
    },
  ],
])('a Node is refused when %s', async ([, change], context) => {
  needsRoot(context);
  await refusesNode(change);
});

/** User and group `nobody`. */
const stranger = 65_534;

async function refusesNode(change: (path: string) => void): Promise<void> {
  change(keepNode(home));
  const {code, stdout, stderr} = await run({HOME: home});
  expect(stderr).not.toContain('RUN');
  expect({code, stdout}).toEqual({code: 3, stdout: ''});
  expect(stderr).toMatch(/other users can change \/.*\.cache/);
  expect(stderr).toContain('XDG_CACHE_HOME');
}

test('a package with another content than the published one is never run, and nothing of it is kept', async () => {
  program(
    join(checkout.programs, 'npm'),
    'mkdir -p package/bin; printf "#!/bin/sh\\necho RUN >&2" >package/bin/node; chmod 755 package/bin/node\n' +
      `for name in x64 arm64; do tar -czf "node-linux-$name-24.21.0.tgz" package; done`,
  );
  const {code, stderr} = await run({HOME: home});
  expect(code).toBe(3);
  expect(stderr).toMatch(/digest is sha512-\S+, expected sha512-/);
  expect(stderr).not.toContain('RUN');
  expect(readdirSync(join(home, '.cache/sutra/node'))).toEqual([]);
});

test('umask 000 makes no cache folder that others can write', async () => {
  writeFileSync(join(checkout.programs, 'npm'), '#!/bin/sh\nls -ld "$HOME/.cache" "$PWD" >&2; exit 1\n');
  const options = {cwd: '/', env: {PATH: checkout.env.PATH ?? '', HOME: home}};
  const {stderr} = await launch('sh', ['-c', `umask 000; exec "$0" --version`, join(checkout.root, 'sutra')], options)
    .ended;
  expect(stderr.match(/^d\S+/gm)).toEqual(['drwxr-xr-x', 'drwx------']);
});
