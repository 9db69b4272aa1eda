import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {marks} from '../../src/runtime/process/marks.js';
import type {StackReport} from '../../src/stack/stack-report.js';
import {identify, signalProcess} from '../../src/system/process/process-identity.js';
import {type ListedProcess, processesWith} from '../../src/system/process/process-table.js';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Run {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as JSON; undefined when it is none. */
  json: unknown;
}

/** A folder a stack may run in. Its disposal ends whatever of the stack still runs, and removes it. */
export interface StackFolder extends AsyncDisposable {
  path: string;
  run(args: string[], env?: Record<string, string>): Promise<Run>;
  /** The same without waiting, for signals in the middle of it. */
  start(
    args: string[],
    env?: Record<string, string>,
    options?: {
      /** In a process group of its own, which can be killed as a whole. */
      group: boolean;
    },
  ): {child: ChildProcess; done: Promise<Run>};
  /** Every process that carries the stack's mark: services, their children, supervisors. */
  processes(): ListedProcess[];
}

export interface Stack extends StackFolder {
  /** What `deploy --json` said. */
  report: StackReport;
  stop(): Promise<Run>;
}

/** `sutra deploy --json` with these flags in a temporary folder. Throws what deploy said when it fails. */
export async function deployStack(flags: string[], env: Record<string, string> = {}): Promise<Stack> {
  const folder = stackFolder();
  const deployed = await folder.run(['deploy', '--json', ...flags], env);
  if (deployed.exitCode !== 0) {
    await folder[Symbol.asyncDispose]();
    throw new Error(`deploy ${flags.join(' ')} exited ${deployed.exitCode}:\n${deployed.stdout}\n${deployed.stderr}`);
  }
  return {...folder, report: deployed.json as StackReport, stop: () => folder.run(['stop', '--json'])};
}

export function stackFolder(): StackFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-e2e-')));
  open.add(path);
  const start: StackFolder['start'] = (args, env = {}, options = {group: false}) => startCli(path, args, env, options);
  return {
    path,
    run: (args, env) => start(args, env).done,
    start,
    processes: () => processesOf(path),
    async [Symbol.asyncDispose]() {
      if (processesOf(path).length > 0) await start(['stop'], {}).done;
      endByForce(path);
    },
  };
}

/** Not even a test worker that is ended in the middle leaves a stack behind. */
const open = new Set<string>();
process.once('exit', () => {
  for (const path of open) endByForce(path);
});

function endByForce(path: string): void {
  open.delete(path);
  for (const {identity} of processesOf(path)) signalProcess(identity, 'SIGKILL');
  rmSync(path, {recursive: true, force: true, maxRetries: 5});
}

function processesOf(path: string): ListedProcess[] {
  return processesWith(marks.stack, join(path, '.sutra'));
}

const longestRunMs = 240_000;

/** The compiled command line, as its user starts it: no variable of this shell shapes the stack. Processes unless told otherwise. */
function startCli(
  cwd: string,
  args: string[],
  env: Record<string, string>,
  {group}: {group: boolean},
): ReturnType<StackFolder['start']> {
  const child = spawn(process.execPath, [join(repository, 'bin/run.js'), ...args], {
    cwd,
    env: {...plainEnvironment(), NO_COLOR: '1', SUTRA_RUNTIME: 'process', ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: group,
  });
  const run = {stdout: '', stderr: ''};
  child.stdout.on('data', (chunk: Buffer) => {
    run.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    run.stderr += chunk.toString();
  });
  const identity = child.pid === undefined ? null : identify(child.pid);
  const tooLong = setTimeout(() => identity !== null && signalProcess(identity, 'SIGKILL'), longestRunMs);
  const done = new Promise<Run>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(tooLong);
      resolve({exitCode, ...run, json: parsed(run.stdout)});
    });
  });
  return {child, done};
}

function plainEnvironment(): Record<string, string> {
  const kept = [
    'PATH',
    'HOME',
    'TMPDIR',
    'LANG',
    'XDG_CACHE_HOME',
    'XDG_RUNTIME_DIR',
    'DEBIAN_FRONTEND',
    'DOCKER_HOST',
    'DOCKER_CONFIG',
  ];
  // Where the downloads of models and of HAProxy go through.
  const network = /^(npm_config_.*|(https?|no)_proxy|HF_ENDPOINT|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;
  const pairs = Object.entries(process.env).filter(([name]) => kept.includes(name) || network.test(name));
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
