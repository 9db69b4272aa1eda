import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import type {StackReport} from '../../src/stack/stack-report.js';
import {type Run, repository, type StackFolder, stackFolder} from './stack.js';

/** A stack of containers, under a project of its own. Its disposal leaves no container, network or volume. */
export interface ComposeStack extends StackFolder {
  project: string;
  report: StackReport;
  stop(): Promise<Run>;
}

const compose = {SUTRA_RUNTIME: 'compose'};

/** `sutra deploy --json` of containers in a temporary folder. Throws what deploy said when it fails. */
export async function deployComposeStack(project: string, flags: string[]): Promise<ComposeStack> {
  ensureImages();
  const folder = composeFolder(project);
  const deployed = await folder.run(['deploy', '--json', '--project', project, ...flags]);
  if (deployed.exitCode !== 0) {
    await folder[Symbol.asyncDispose]();
    throw new Error(`deploy ${flags.join(' ')} exited ${deployed.exitCode}:\n${deployed.stdout}\n${deployed.stderr}`);
  }
  return {...folder, project, report: deployed.json as StackReport, stop: () => folder.run(['stop', '--json'])};
}

let built = false;

/** The images are those of the code under test. Throws what the build said when it fails. */
export function ensureImages(): void {
  if (built) return;
  const args = [join(repository, 'bin/run.js'), 'build', '--json'];
  execFileSync(process.execPath, args, {stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000});
  built = true;
}

/** The same before anything is deployed. */
export function composeFolder(project: string): StackFolder {
  const folder = stackFolder();
  return {
    ...folder,
    run: (args, env) => folder.run(args, {...compose, ...env}),
    start: (args, env, options) => folder.start(args, {...compose, ...env}, options),
    async [Symbol.asyncDispose]() {
      docker(['compose', '--project-name', project, 'down', '--volumes', '--remove-orphans', '--timeout', '1']);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Standard output of the docker program. Throws when it fails. */
export function docker(args: string[]): string {
  return execFileSync('docker', args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}
