import {SutraError} from '../../../../errors.js';
import {readTree} from '../../../../system/folders/read-tree.js';
import {stateFolderOf} from '../../../../system/folders/state-folder.js';
import {type Check, passIf} from '../../check.js';

/** What a configuration of HAProxy may not have: who can reach it could change the stack, or read how. */
const openings: [what: string, pattern: RegExp][] = [
  ['an administration socket that is a network port', /^\s*stats socket\s+(?!\/)\S*:\d+/m],
  ['changes by the statistics page', /^\s*stats admin\b/m],
  ['credentials in clear', /^\s*(stats auth\b|user\s+\S+\s+(insecure-)?password\b)/m],
];

export const adminLocal: Check = {
  phase: 'security',
  id: 'admin-local',
  unit: 'openings',
  target: () => '= 0',
  appliesTo: ({loadBalancer}) => loadBalancer !== null,
  async run({system}) {
    const folder = stateFolderOf(system);
    let files = 0;
    const found: string[] = [];
    for await (const {path, text} of readTree(folder, {only: (name) => name.endsWith('.cfg')})) {
      files += 1;
      for (const [what, pattern] of openings) if (pattern.test(text)) found.push(`${path} has ${what}`);
    }
    if (files === 0) throw new SutraError('STATE', `there is no configuration of HAProxy below ${folder}`);
    const reason = found.length === 0 ? `${files} files: administration by a UNIX socket alone` : found.join('; ');
    return passIf(found.length === 0, found.length, reason);
  },
};
