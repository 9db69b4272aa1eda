import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, expect, test, vi} from 'vitest';
import {needs} from '../support/skip.js';
import {launch, type SmallCheckout, smallCheckout} from '../support/small-checkout.js';

let checkout: SmallCheckout;
afterEach(() => checkout.remove());

const ready = {code: 0, stdout: '["--version"]\n'};
const run = (env: Record<string, string> = {}, cwd = checkout.root) =>
  launch(join(checkout.root, 'sutra'), ['--version'], {cwd, env: {...checkout.env, ...env}});
const waiting = {timeout: 10_000, interval: 20};

test.each([
  ['NODE_ENV=production', {NODE_ENV: 'production'}],
  ['npm_config_omit=dev', {npm_config_omit: 'dev'}],
  ['a required module that is not there', {NODE_OPTIONS: '--require=./none.cjs'}],
  ['variables that steer a shell', {BASH_ENV: '/none', ENV: '/none', IFS: 'o', GREP_OPTIONS: '-v', PS4: '$(exit 1)'}],
])('a fresh clone becomes ready in spite of %s', async (_, env: Record<string, string>) => {
  checkout = smallCheckout();
  const {NODE_OPTIONS, ...rest} = env;
  // The command itself still gets the caller's NODE_OPTIONS: only what prepares it is protected.
  if (NODE_OPTIONS !== undefined) {
    const prepared = launch('sh', ['bin/ready.sh', 'true'], {cwd: checkout.root, env: {...checkout.env, ...env}});
    expect(await prepared.ended).toMatchObject({code: 0});
  }
  expect(await run(rest).ended).toMatchObject(ready);
  expect(await run(rest).ended).toEqual({...ready, stderr: ''});
});

test('CDPATH changes nothing, also where it names the folder the launcher is in', async () => {
  checkout = smallCheckout();
  const options = {cwd: join(checkout.root, '..'), env: {...checkout.env, CDPATH: '.:/'}};
  expect(await launch('clone/sutra', ['--version'], options).ended).toMatchObject(ready);
  expect(await launch('sh', ['clone/bin/ready.sh', 'echo', 'ready'], options).ended).toMatchObject({stdout: 'ready\n'});
});

test.each(['two words', `'single' "double" $HOME \`date\``, '-dash', 'new\nline\n', 'ünï #%20 $A'])(
  'the clone may be called %j, and be reached through a link from another folder',
  async (name) => {
    checkout = smallCheckout(name);
    const above = join(checkout.root, '..');
    expect(await run({}, '/').ended).toMatchObject(ready);
    symlinkSync(join(checkout.root, 'sutra'), join(above, 'first'));
    symlinkSync('first', join(above, '-second'));
    const options = {cwd: above, env: checkout.env};
    expect(await launch('./-second', ['--version'], options).ended).toMatchObject(ready);
    expect(await launch('sh', ['first', '--version'], options).ended).toMatchObject(ready);
  },
);

test.for(['dash', 'bash', 'busybox'])('every sh will do: %s', async (shell, context) => {
  const path = execFileSync('sh', ['-c', `command -v ${shell} || true`], {encoding: 'utf8'}).trim();
  needs(context, path === '' ? `${shell} is not installed (apt-get install ${shell})` : null);
  checkout = smallCheckout();
  symlinkSync(path, join(checkout.programs, 'sh'));
  expect(await launch('sh', ['sutra', '--version'], {cwd: checkout.root, env: checkout.env}).ended).toMatchObject(
    ready,
  );
});

test('a folder in the place of the lock is removed, and said', async () => {
  checkout = smallCheckout();
  mkdirSync(join(checkout.root, '.ready.lock'));
  const {code, stderr} = await run().ended;
  expect(code).toBe(0);
  expect(stderr).toContain('.ready.lock: its process is gone');
});

test('the lock of an earlier process with the same pid is taken over', async () => {
  checkout = smallCheckout();
  symlinkSync(`${process.pid}:1:another-boot`, join(checkout.root, '.ready.lock'));
  expect(await run().ended).toMatchObject(ready);
});

test('two first runs install once, and the second says what it waits for', async () => {
  checkout = smallCheckout();
  writeFileSync(join(checkout.programs, 'wait'), '');
  const first = run();
  await vi.waitFor(() => expect(existsSync(join(checkout.programs, 'npm-began'))).toBe(true), waiting);
  const second = run();
  await vi.waitFor(() => expect(second.stderr()).toMatch(/waiting for process \d+, .*\.ready\.lock/), waiting);
  writeFileSync(join(checkout.programs, 'go'), '');
  expect(await first.ended).toMatchObject(ready);
  expect(await second.ended).toMatchObject(ready);
  expect(second.stderr()).not.toContain('installing dep');
});

test('kill -9 in the middle of npm ci: the next run waits for the npm that was left and installs anew', async () => {
  checkout = smallCheckout();
  writeFileSync(join(checkout.programs, 'wait'), '');
  const first = run();
  await vi.waitFor(() => expect(existsSync(join(checkout.programs, 'npm-began'))).toBe(true), waiting);
  // The launcher becomes node by exec only at the end: its child prepares.
  const preparing = execFileSync('pgrep', ['-P', String(first.child.pid), '-f', 'prepare.js'], {encoding: 'utf8'});
  process.kill(Number(preparing), 'SIGKILL');
  expect(
    await Promise.race([first.ended, vi.waitFor(() => first.child.exitCode ?? Promise.reject(), waiting)]),
  ).toBeTruthy();
  const second = run();
  await vi.waitFor(() => expect(second.stderr()).toContain('waiting for process'), waiting);
  expect(second.stderr()).not.toContain('installing dep');
  writeFileSync(join(checkout.programs, 'go'), '');
  expect(await second.ended).toMatchObject(ready);
});

test('an installation that fails, or leaves packages out, is tried again', async () => {
  checkout = smallCheckout();
  for (const fault of ['fail', 'omit']) {
    writeFileSync(join(checkout.programs, fault), '');
    expect(await run().ended).toMatchObject({code: 3, stderr: expect.stringContaining('npm ci')});
    rmSync(join(checkout.programs, fault));
  }
  expect(await run().ended).toMatchObject(ready);
  rmSync(join(checkout.root, 'node_modules/tool'), {recursive: true});
  rmSync(join(checkout.root, 'node_modules/.installed-lock.json'));
  expect(await run().ended).toMatchObject({...ready, stderr: expect.stringContaining('installing dep')});
});

test('what npm ci by hand has installed whole is not installed again', async () => {
  checkout = smallCheckout();
  const {root, env} = checkout;
  execFileSync('npm', ['ci'], {cwd: root, env});
  expect((await run().ended).stderr).toBe('sutra: building\n');
});

test('with umask 000 nothing that is installed can be written by others', async () => {
  checkout = smallCheckout();
  const started = launch('sh', ['-c', 'umask 000; exec ./sutra --version'], {cwd: checkout.root, env: checkout.env});
  expect(await started.ended).toMatchObject(ready);
  const open = execFileSync('find', [join(checkout.root, 'node_modules'), '-perm', '-0002', '!', '-type', 'l'], {
    encoding: 'utf8',
  });
  expect(open).toBe('');
});

test('a checkout that cannot be written is used when it is ready, and refused with the reason when it is not', async () => {
  checkout = smallCheckout();
  const {root, env} = checkout;
  // Root may write everywhere, but not to a file system that is mounted read-only.
  const mounted = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$0/sutra" --version';
  const asRoot = () => launch('unshare', ['-m', 'sh', '-c', mounted, root], {env});
  const readOnly = () => {
    chmodSync(root, 0o555);
    return run();
  };
  const command = process.getuid?.() === 0 ? asRoot : readOnly;
  const refused = await command().ended;
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/\.ready\.lock cannot be written \((EACCES|EROFS)\)/);
  chmodSync(root, 0o755);
  expect(await run().ended).toMatchObject(ready);
  expect(await command().ended).toMatchObject({...ready, stderr: ''});
});

test('the stamp is the lockfile that was installed: another lockfile installs again', async () => {
  checkout = smallCheckout();
  expect(await run().ended).toMatchObject(ready);
  const lockfile = join(checkout.root, 'package-lock.json');
  writeFileSync(lockfile, `${readFileSync(lockfile, 'utf8').replace('2.0.0', '2.0.1')}`);
  execFileSync('touch', ['-d', '2001-01-01', lockfile]);
  expect((await run().ended).stderr).toContain('installing dep');
});
