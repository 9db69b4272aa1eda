import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {secretFilesOf} from '../../../../system/folders/secrets-folder.js';
import {stateFolderOf} from '../../../../system/folders/state-folder.js';
import {type Check, passIf} from '../../check.js';

/** Nobody but their owner, and root, can read the plan and what is in the secrets folder. */
export const secretModes: Check = {
  phase: 'security',
  id: 'secret-modes',
  unit: 'open to others',
  target: () => '= 0',
  async run({system}) {
    const state = stateFolderOf(system);
    const {folder} = secretFilesOf(state);
    const names = await readdir(folder).catch(() => null);
    const paths = [
      join(state, 'plan.json'),
      ...(names === null ? [] : [folder, ...names.map((name) => join(folder, name))]),
    ];
    const open: string[] = [];
    for (const path of paths) {
      const {mode} = await stat(path);
      if ((mode & 0o077) !== 0) open.push(`${path} has mode ${(mode & 0o777).toString(8)}`);
    }
    const what = names === null ? 'the plan (there are no secrets)' : `the plan and ${names.length} secrets`;
    return passIf(
      open.length === 0,
      open.length,
      open.length === 0 ? `readable by their owner alone: ${what}` : open.join('; '),
    );
  },
};
