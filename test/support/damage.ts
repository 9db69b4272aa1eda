import {lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** Ways a file of a stack can be hurt. As root no mode keeps a file from being read; a link to itself does. */
export const damages = {
  'cut early': (path: string) => cut(path, 0.1),
  'cut in the middle': (path: string) => cut(path, 0.5),
  'cut before its end': (path: string) => cut(path, 0.98),
  empty: (path: string) => writeFileSync(path, ''),
  gone: (path: string) => rmSync(path, {recursive: true}),
  'a folder in its place': (path: string) => replace(path, () => mkdirSync(path)),
  'a link to itself in its place': (path: string) => replace(path, () => symlinkSync(path, path)),
  'of another version': (path: string) => writeFileSync(path, '{"schemaVersion": 2, "generation": 9}'),
  'zeros from its middle on': (path: string) => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, Math.floor(bytes.length / 2)));
  },
} satisfies Record<string, (path: string) => void>;
export type Damage = keyof typeof damages;

/** What a whole folder can suffer. */
export const folderDamages = {
  // The supervisor may be writing into it.
  gone: (path: string) => rmSync(path, {recursive: true, maxRetries: 10}),
  'a file in its place': (path: string) => {
    rmSync(path, {recursive: true, maxRetries: 10});
    writeFileSync(path, 'no folder');
  },
} satisfies Record<string, (path: string) => void>;

/** Every file of a stack that a command reads, below its state folder: all but its logs and data. */
export function stateFiles(stateFolder: string): string[] {
  const folders = ['', 'run', 'plans', 'haproxy', 'compose', 'secrets'];
  return folders.flatMap((folder) => filesIn(stateFolder, folder));
}

function filesIn(stateFolder: string, folder: string): string[] {
  const path = join(stateFolder, folder);
  if (lstatSync(path, {throwIfNoEntry: false})?.isDirectory() !== true) return [];
  return readdirSync(path, {withFileTypes: true}).flatMap((entry) =>
    entry.isFile() ? [join(folder, entry.name)] : [],
  );
}

function cut(path: string, share: number): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, Math.max(1, Math.floor(bytes.length * share))));
}

function replace(path: string, make: () => void): void {
  rmSync(path, {recursive: true});
  make();
}
