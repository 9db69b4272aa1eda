import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {type ProgramRun, runProgram} from '../process/run-program.js';

/** Known vulnerabilities of the packages that a lockfile names, by severity. */
export type Vulnerabilities = z.infer<typeof countsSchema>;

const countsSchema = z.object({
  info: z.int(),
  low: z.int(),
  moderate: z.int(),
  high: z.int(),
  critical: z.int(),
});

const reportSchema = z.object({
  metadata: z.object({vulnerabilities: countsSchema}),
  vulnerabilities: z.record(z.string(), z.object({severity: z.string()})),
});

const auditMs = 60_000;

/**
 * Asks npm's audit service, at the registry that npm is set to, for what the lockfile in `folder` installs where services
 * run. Throws STATE where there is no lockfile or npm, NETWORK where the service does not answer, DEADLINE.
 */
export async function npmAudit(
  folder: string,
  signal: AbortSignal,
): Promise<{counts: Vulnerabilities; packages: string[]}> {
  if (!existsSync(join(folder, 'package-lock.json'))) {
    throw new SutraError('STATE', `there is no package-lock.json in ${folder}: npm cannot audit it`);
  }
  const args = ['--prefix', folder, 'audit', '--json', '--omit=dev', '--fetch-retries=0', '--fetch-timeout=20000'];
  const run = await runProgram(['npm', args], {timeoutMs: auditMs, signal});
  if (run === null) throw new SutraError('STATE', 'npm is not on this machine');
  const report = reportSchema.safeParse(jsonOf(run.stdout));
  if (!report.success) throw new SutraError('NETWORK', `npm audit returned no report: ${reasonOf(run)}`);
  const {metadata, vulnerabilities} = report.data;
  const packages = Object.entries(vulnerabilities).map(([name, {severity}]) => `${name} (${severity})`);
  return {counts: metadata.vulnerabilities, packages};
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const failureSchema = z.object({message: z.string().optional(), error: z.object({summary: z.string()}).optional()});

/** What npm says in its JSON, else the last line that it wrote. */
function reasonOf({stdout, stderr}: ProgramRun): string {
  const failure = failureSchema.safeParse(jsonOf(stdout)).data;
  return failure?.message ?? failure?.error?.summary ?? stderr.trim().split('\n').at(-1) ?? '';
}
