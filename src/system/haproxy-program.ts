import {access, constants} from 'node:fs/promises';
import {SutraError} from '../errors.js';
import {runProgram} from './process/run-program.js';
import type {System} from './system.js';

export interface HaproxyProgram {
  program: string;
  version: {major: number; minor: number};
  /** As it says itself. */
  versionText: string;
}

/** Debian keeps it where a plain user's PATH does not look. */
const candidates = ['haproxy', '/usr/sbin/haproxy', '/usr/local/sbin/haproxy', '/opt/homebrew/sbin/haproxy'];
const oldest = {major: 2, minor: 6};

/** HAProxy on this machine, or null. Throws TOOL_TOO_OLD. */
export async function findHaproxy({signal}: Pick<System, 'signal'>): Promise<HaproxyProgram | null> {
  for (const program of candidates) {
    const run = await runProgram([program, ['-v']], {timeoutMs: 5_000, signal});
    const found = run?.stdout.match(/version ((\d+)\.(\d+)\S*)/);
    if (!found) continue;
    const version = {major: Number(found[2]), minor: Number(found[3])};
    if (version.major < oldest.major || (version.major === oldest.major && version.minor < oldest.minor)) {
      throw new SutraError(
        'TOOL_TOO_OLD',
        `${program} is HAProxy ${found[1]}; ${oldest.major}.${oldest.minor} or later is needed`,
      );
    }
    return {program, version, versionText: found[1] ?? ''};
  }
  return null;
}

/**
 * Installs HAProxy with apt where this process is root and apt is there; `say` is told before. Throws TOOL_MISSING with
 * the command to type where it may not or cannot.
 */
export async function installHaproxy(
  system: System,
  {allowed, say}: {allowed: boolean; say: (text: string) => void},
): Promise<HaproxyProgram> {
  const command = 'apt-get install --yes --no-install-recommends haproxy';
  const cure = process.platform === 'darwin' ? 'brew install haproxy' : `sudo ${command}`;
  const isRoot = process.getuid?.() === 0;
  if (!allowed || !isRoot || !(await isExecutable('/usr/bin/apt-get'))) {
    throw new SutraError('TOOL_MISSING', 'this topology needs HAProxy, which is not installed', {
      cure: [cure, 'sutra deploy --edition simple runs without a load balancer'],
    });
  }
  say(`HAProxy is missing: installing it (${command})`);
  await apt(system, ['update', '--quiet']);
  await apt(system, ['install', '--yes', '--quiet', '--no-install-recommends', 'haproxy']);
  const found = await findHaproxy(system);
  if (found === null) throw new SutraError('TOOL_MISSING', 'apt installed haproxy, but it cannot be found', {cure});
  return found;
}

async function apt({signal}: System, args: string[]): Promise<void> {
  const run = await runProgram(['apt-get', args], {
    timeoutMs: 300_000,
    signal,
    env: {DEBIAN_FRONTEND: 'noninteractive'},
  });
  if (run?.exitCode === 0) return;
  const lastLine = run?.stderr.trim().split('\n').at(-1) ?? 'no apt-get';
  throw new SutraError('TOOL_MISSING', `apt-get ${args.join(' ')} failed: ${lastLine}`, {
    cure: 'install haproxy, then run the same command again',
  });
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
