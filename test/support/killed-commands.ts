import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {KilledCommand} from './kill-rounds.js';
import type {StackFolder} from './stack.js';

const two = ['--replicas', '2'];
const one = ['--replicas', '1'];

/** The commands that change a stack or its cache, each with the state it is killed in. `flags` are those of every deploy. */
export function killedCommands(flags: string[]): KilledCommand[] {
  const deploy = (more: string[]) => ['deploy', '--json', '--yes', ...flags, ...more];
  const running = (folder: StackFolder) => must(folder, deploy(two));
  const empty = async (folder: StackFolder) => {
    await running(folder);
    await must(folder, ['cache', 'clear', '--json']);
  };
  return [
    {name: 'deploy', args: deploy(one), prepare: running},
    {name: 'scale', args: ['scale', '1', '--json'], prepare: running},
    {
      name: 'rollback',
      args: ['rollback', '--json', '--yes'],
      async prepare(folder) {
        await running(folder);
        await must(folder, deploy(one));
      },
    },
    {name: 'stop', args: ['stop', '--json'], prepare: running},
    {name: 'destroy', args: ['destroy', '--yes', '--json'], prepare: running},
    {
      name: 'backup',
      args: ['backup', 'killed.backup', '--json'],
      // A file that is there is whole, and no backup replaces one.
      exitWhenDone: 2,
      async prepare(folder) {
        await running(folder);
        await warm(folder);
        await rm(join(folder.path, 'killed.backup'), {force: true});
      },
    },
    {
      name: 'restore',
      args: ['restore', 'whole.backup', '--json'],
      countsVectors: true,
      async prepare(folder) {
        await running(folder);
        await warm(folder);
        await rm(join(folder.path, 'whole.backup'), {force: true});
        await must(folder, ['backup', 'whole.backup', '--json']);
        await empty(folder);
      },
    },
    {
      name: 'cache warm',
      args: ['cache', 'warm', 'texts.txt', '--json'],
      countsVectors: true,
      async prepare(folder) {
        await writeTexts(folder);
        await empty(folder);
      },
    },
  ];
}

/** Needs an engine: only where it is asked for. */
export const killedBuild: KilledCommand = {
  name: 'build',
  args: ['build', '--json'],
  countsInEngine: 'images',
  prepare: (folder) => must(folder, ['build', '--json']),
};

const textCount = 400;

async function writeTexts(folder: StackFolder): Promise<void> {
  const lines = Array.from({length: textCount}, (_, index) => `a text that is warmed, number ${index}`);
  await writeFile(join(folder.path, 'texts.txt'), `${lines.join('\n')}\n`);
}

/** As many vectors as there are texts are in the shard afterwards. */
async function warm(folder: StackFolder): Promise<void> {
  await writeTexts(folder);
  await must(folder, ['cache', 'warm', 'texts.txt', '--json']);
}

async function must(folder: StackFolder, args: string[]): Promise<void> {
  const {exitCode, stdout, stderr} = await folder.run(args);
  if (exitCode !== 0) throw new Error(`${args.join(' ')} exited ${exitCode}:\n${stdout}\n${stderr}`);
}
