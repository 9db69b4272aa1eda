import {type ChildProcess, spawn} from 'node:child_process';
import {chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {repository} from './stack.js';

/**
 * A checkout with our launcher and hardly anything else: one dependency and one development tool in the lockfile, a
 * build that only leaves its stamp, a command line that prints its arguments. `npm` is a program of the test.
 */
export interface SmallCheckout {
  root: string;
  /** A folder for PATH: `npm`, `node` and, where asked, a `sh` of another kind. */
  programs: string;
  env: Record<string, string>;
  remove(): void;
}

/** Installs both packages, or what is left of them without development tools; waits for a file `go` if `wait` exists. */
const npm = `
touch "$TEST_PROGRAMS/npm-began"
while [ -e "$TEST_PROGRAMS/wait" ] && [ ! -e "$TEST_PROGRAMS/go" ]; do sleep 0.05; done
[ ! -e "$TEST_PROGRAMS/fail" ] || exit 1
rm -rf node_modules; mkdir -p node_modules/used node_modules/tool
echo '{}' >node_modules/used/package.json
tool=
case " \${NODE_ENV:-} \${npm_config_omit:-} " in *production*|*dev*) case " $* " in *" --include=dev "*) tool=1 ;; esac ;; *) tool=1 ;; esac
[ ! -e "$TEST_PROGRAMS/omit" ] || tool=
if [ -n "$tool" ]; then
  echo '{}' >node_modules/tool/package.json
  cp package-lock.json node_modules/.package-lock.json
else
  printf '%s' '{"packages":{"node_modules/used":{"version":"1.0.0"}}}' >node_modules/.package-lock.json
fi
`;

export function smallCheckout(name = 'clone'): SmallCheckout {
  const above = mkdtempSync(join(tmpdir(), 'sutra-launcher-'));
  const [root, programs] = [join(above, name), join(above, 'programs')];
  for (const folder of ['bin', 'dist', 'src', 'templates/one/src']) mkdirSync(join(root, folder), {recursive: true});
  mkdirSync(programs);
  for (const file of ['sutra', 'bin/ready.sh', 'bin/prepare.js', 'bin/ready-lock.js']) {
    copyFileSync(join(repository, file), join(root, file));
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'VERSION'), '1');
  writeFileSync(join(root, 'tsconfig.json'), '{}');
  writeFileSync(
    join(root, 'package-lock.json'),
    '{"packages":{"":{},"node_modules/used":{"version":"1.0.0"},"node_modules/tool":{"version":"2.0.0","dev":true}}}',
  );
  // As the compiler does, the build needs the development tool.
  const build = [
    "import {readFileSync, writeFileSync} from 'node:fs';",
    "readFileSync(new URL('../node_modules/tool/package.json', import.meta.url));",
    "writeFileSync(new URL('../dist/.built', import.meta.url), '');",
  ];
  writeFileSync(join(root, 'bin/build.js'), build.join('\n'));
  writeFileSync(join(root, 'bin/run.js'), 'console.log(JSON.stringify(process.argv.slice(2)));\n');
  program(join(programs, 'npm'), npm);
  symlinkSync(process.execPath, join(programs, 'node'));
  const env = {PATH: `${programs}:${process.env.PATH}`, HOME: above, TEST_PROGRAMS: programs};
  const remove = () => {
    // A test may have left it read-only.
    chmodSync(root, 0o755);
    rmSync(above, {recursive: true, force: true});
  };
  return {root, programs, env, remove};
}

export function program(path: string, script: string): void {
  mkdirSync(dirname(path), {recursive: true});
  rmSync(path, {force: true});
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

export interface Launched {
  child: ChildProcess;
  /** What standard error holds so far. */
  stderr(): string;
  ended: Promise<{code: number | null; stdout: string; stderr: string}>;
}

/** Starts a program of the checkout; one that hangs is ended after ten seconds, with code null. */
export function launch(file: string, args: string[], options: {cwd?: string; env: Record<string, string>}): Launched {
  const child = spawn(file, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10_000,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<Awaited<Launched['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({code, stdout, stderr}));
  });
  return {child, stderr: () => stderr, ended};
}
