import {spawnSync} from 'node:child_process';
import {existsSync, globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What a test file may need of the machine. Each says what is missing, or null. A file names its needs: `// needs: docker`. */
const tools: Record<string, () => string | null> = {
  haproxy: () => program('haproxy', ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy']),
  curl: () => program('curl'),
  jq: () => program('jq'),
  busybox: () => program('busybox'),
  chromium: () =>
    program('chromium', [process.env.CHROMIUM ?? '', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']),
  // The command line alone: it reads files, no engine is asked.
  compose: () =>
    answers('docker', ['compose', 'version']) ? null : 'docker has no compose plugin (as root: .ci/docker)',
  docker: () =>
    answers('docker', ['info']) && answers('docker', ['compose', 'version']) && answers('docker', ['buildx', 'version'])
      ? null
      : 'no Docker engine answers, or it has no compose or buildx (as root: .ci/docker)',
  root: () => (process.getuid?.() === 0 ? null : 'these tests must be root'),
};

/** What keeps a file from being run here. */
export interface SkippedFile {
  path: string;
  reason: string;
}

const found = new Map<string, string | null>();

/** Why a tool cannot be used on this machine, or null. Looked up once. */
export function missingTool(tool: string): string | null {
  const known = found.get(tool);
  if (known !== undefined) return known;
  const look = tools[tool];
  if (look === undefined) throw new Error(`a test file needs "${tool}"; known are ${Object.keys(tools).join(', ')}`);
  const missing = look();
  found.set(tool, missing);
  return missing;
}

/** The test files whose needs are not met on this machine. */
export function filesToSkip(): SkippedFile[] {
  return globSync('test/**/*.test.ts', {cwd: root})
    .toSorted()
    .flatMap((path) => {
      const reasons = needsOf(path).flatMap((tool) => missingTool(tool) ?? []);
      return reasons.length === 0 ? [] : [{path, reason: reasons.join('; ')}];
    });
}

/** What a test file says it needs. */
export function needsOf(path: string): string[] {
  const line = /^\/\/ needs: (.+)$/m.exec(readFileSync(join(root, path), 'utf8'))?.[1];
  return line?.split(', ') ?? [];
}

function program(name: string, others: string[] = []): string | null {
  const found = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0 || others.some((path) => existsSync(path));
  return found ? null : `${name} is not installed (apt-get install ${name})`;
}

function answers(command: string, args: string[]): boolean {
  return spawnSync(command, args, {stdio: 'ignore', timeout: 20_000}).status === 0;
}
