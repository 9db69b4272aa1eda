import {execFile, execFileSync, spawn} from 'node:child_process';
import {promisify} from 'node:util';

const execute = promisify(execFile);

/** Standard output of `docker ARGS`. Rejects with what it said when it fails. */
export async function docker(...args: string[]): Promise<string> {
  const {stdout} = await execute('docker', args, {maxBuffer: 64 * 1024 * 1024});
  return stdout.trim();
}

export interface Container extends AsyncDisposable {
  name: string;
  /** A field of `docker inspect`, in Go's template language. */
  field(template: string): Promise<string>;
  exec(...command: string[]): Promise<string>;
}

/** A container as the stack runs them: no right it does not need, its root read-only, brought back when it dies. */
export async function startContainer(name: string, flags: string[], image: string): Promise<Container> {
  const rights = ['--init', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'];
  const life = ['--security-opt', 'no-new-privileges', '--restart', 'unless-stopped'];
  execFileSync('docker', ['rm', '--force', name], {stdio: 'ignore'});
  await docker('run', '--detach', '--name', name, ...rights, ...life, ...flags, image);
  return {
    name,
    field: (template) => docker('inspect', '--format', template, name),
    exec: (...command) => docker('exec', name, ...command),
    async [Symbol.asyncDispose]() {
      await docker('rm', '--force', '--volumes', name);
    },
  };
}

/** Whether any of the texts is in the image: its configuration, its history, or a file of any of its layers. */
export async function imageHolds(image: string, texts: string[]): Promise<string[]> {
  const found = new Set<string>();
  const look = (bytes: Buffer) => {
    for (const text of texts) if (bytes.includes(text)) found.add(text);
  };
  look(Buffer.from(await docker('history', '--no-trunc', image)));
  const longest = Math.max(...texts.map((text) => text.length));
  const saving = spawn('docker', ['save', image], {stdio: ['ignore', 'pipe', 'inherit']});
  let end = Buffer.alloc(0);
  for await (const chunk of saving.stdout as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([end, chunk]);
    look(bytes);
    end = bytes.subarray(-longest);
  }
  return [...found];
}

/** Asks again until it holds. Rejects with the question when it does not in time. */
export async function until(what: string, holds: () => Promise<boolean>, deadlineMs: number): Promise<void> {
  const endMs = Date.now() + deadlineMs;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > endMs) throw new Error(`not in ${deadlineMs / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
