import {type ChildProcess, spawn} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {haproxyMemoryEnv} from '../src/render/haproxy/memory-env.js';

export interface FrontDoor {
  name: string;
  port: number;
  serverPort: number;
}

const folder = fileURLToPath(new URL('../haproxy/community/', import.meta.url));

/** HAProxy with the product's own configuration, one front door and one server for each that is compared. */
export function startHaproxy(
  runFolder: string,
  doors: readonly FrontDoor[],
  env: Readonly<Record<string, string>> = haproxyMemoryEnv,
): ChildProcess {
  const global = read('00-global.cfg').replace(/stats socket \S+/, `stats socket ${join(runFolder, 'haproxy.sock')}`);
  const text = [global, read('10-defaults.cfg'), ...doors.map(sectionsOf)].join('\n');
  const path = join(runFolder, 'haproxy.cfg');
  writeFileSync(path, text);
  return spawn('haproxy', ['-db', '-f', path], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {PATH: process.env.PATH, ...env},
  });
}

function sectionsOf({name, port, serverPort}: FrontDoor): string {
  return read('21-embedding-lb.cfg')
    .replaceAll('embedding-lb', `${name}-lb`)
    .replaceAll(/^ *server .*\n?/gm, '')
    .replaceAll('embedding-service', name)
    .replace(/bind \S+/, `bind 127.0.0.1:${port}`)
    .concat(`    server ${name}-1 127.0.0.1:${serverPort} no-check\n`);
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
