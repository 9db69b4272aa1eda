import {readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {identify} from '../process/process-identity.js';

/** Of a file on its way: `.plan.json.4711.tmp`. What is being written gets its name when it is whole. */
const draftPattern = /^\.?(.+)\.(\d+)\.tmp$/;

/** The name beside `name` under which this process writes it. */
export function draftName(name: string): string {
  return `.${name}.${process.pid}.tmp`;
}

/** Removes drafts in `folder` whose writers were killed; with `isMeant`, only those of files with such a name. */
export function sweepDrafts(folder: string, isMeant: (name: string) => boolean = () => true): void {
  for (const entry of namesIn(folder)) {
    const [, name = '', pid = ''] = draftPattern.exec(entry) ?? [];
    if (name !== '' && isMeant(name) && identify(Number(pid)) === null) rmSync(join(folder, entry), {force: true});
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
