import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import type {StackReport} from '../../src/stack/stack-report.js';
import {isPortFree} from '../../src/system/process/ports.js';
import type {StackFolder} from './stack.js';

/** What a stack has on the machine now, in words: processes, listening ports, sockets, files that say it runs. */
export async function leftovers(folder: StackFolder, ports: number[]): Promise<string[]> {
  const found = folder
    .processes()
    .map(({identity, env}) => `process ${identity.pid} (${env.SUTRA_INSTANCE ?? 'keeper'})`);
  for (const port of ports) if (!(await isPortFree(port))) found.push(`port ${port}`);
  const state = join(folder.path, '.sutra');
  const files = [join(state, 'plan.json'), join(state, 'run')].filter((path) => existsSync(path));
  return [...found, ...files.flatMap(described)];
}

/** Every port of a deployed stack, as far as its report tells. */
export function portsOf({services, urls}: {services: {url: string}[]; urls: StackReport['urls'] | null}): number[] {
  const all = [...services.map(({url}) => url), ...Object.values(urls ?? {})];
  return [...new Set(all.filter((url) => url !== null).map((url) => Number(new URL(url).port)))];
}

function described(path: string): string[] {
  if (path.endsWith('plan.json')) return [path];
  const names = readdirSync(path);
  return names.length === 0 ? [path] : names.map((name) => join(path, name));
}
