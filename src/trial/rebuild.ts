import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {SutraError} from '../errors.js';
import {runProgram} from '../system/process/run-program.js';
import type {System} from '../system/system.js';

/** Another version of this product, built on this machine. Disposed of, it leaves nothing behind. */
export interface RebuiltVersion extends AsyncDisposable {
  /** Root of its checkout: `bin/run.js` is in it. */
  folder: string;
  commit: string;
}

const stepTimeoutMs = 10 * 60_000;

/**
 * Builds a git ref of the checkout at `root` in a folder of its own, so that a baseline of another machine can be measured
 * here. Throws USAGE for a ref that is not there or a `root` that is no checkout, TOOL_MISSING without git, START_FAILED for a version that does not build.
 */
export async function rebuildVersion(system: System, root: string, ref: string): Promise<RebuiltVersion> {
  // git would look for a repository above, which is somebody else's.
  if (!existsSync(join(root, '.git'))) {
    throw new SutraError(
      'USAGE',
      `--rebuild ${ref}: ${root} is not a git checkout of sutra and contains only this version`,
      {
        cure: 'run ./sutra of a git checkout in this folder, with the same flags',
      },
    );
  }
  const found = await runProgram(commitStep(root, ref), {timeoutMs: 5_000, signal: system.signal});
  if (found === null) throw new SutraError('TOOL_MISSING', 'git is not on this machine, and --rebuild needs it');
  if (found.exitCode !== 0) {
    throw new SutraError('USAGE', `--rebuild ${ref}: there is no such version in ${root}`, {
      cure: ['name a commit, branch or tag', `git -C ${root} fetch --tags, if the remote has it`],
    });
  }
  const commit = found.stdout.trim();
  const above = await mkdtemp(join(tmpdir(), 'sutra-rebuild-'));
  const folder = join(above, 'checkout');
  try {
    for (const step of rebuildSteps(root, commit, folder)) await mustRun(step, ref, system.signal);
  } catch (error) {
    await removeCheckout(root, folder, above);
    throw error;
  }
  return {folder, commit, [Symbol.asyncDispose]: () => removeCheckout(root, folder, above)};
}

function commitStep(root: string, ref: string): [string, string[]] {
  return ['git', ['-C', root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]];
}

/** What is run, in order: a worktree, its dependencies, its build. */
export function rebuildSteps(root: string, commit: string, folder: string): [string, string[]][] {
  return [
    // The repository's hooks are for its own working folders.
    ['git', ['-C', root, '-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--detach', folder, commit]],
    // The compiler is a development dependency, whatever the user's npmrc leaves out.
    ['npm', ['--prefix', folder, 'ci', '--include=dev', '--global=false', '--no-audit', '--no-fund']],
    ['npm', ['--prefix', folder, 'run', 'build']],
  ];
}

async function mustRun(step: [string, string[]], ref: string, signal: AbortSignal): Promise<void> {
  const run = await runProgram(step, {timeoutMs: stepTimeoutMs, signal});
  if (run?.exitCode === 0) return;
  const said = run === null ? 'is not on this machine' : run.stderr.trim().split('\n').slice(-5).join('\n');
  throw new SutraError('START_FAILED', `${ref} could not be built here: ${step[0]} ${step[1].join(' ')}: ${said}`);
}

/** Under a deadline of its own: an interrupt must not leave a worktree behind. */
async function removeCheckout(root: string, folder: string, above: string): Promise<void> {
  const remove: [string, string[]] = ['git', ['-C', root, 'worktree', 'remove', '--force', folder]];
  await runProgram(remove, {timeoutMs: 30_000, signal: AbortSignal.timeout(30_000)}).catch(() => null);
  await rm(above, {recursive: true, force: true});
}
