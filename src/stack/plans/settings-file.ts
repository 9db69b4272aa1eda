import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {SutraError} from '../../errors.js';
import {readTextFile} from '../../system/files/regular-file.js';
import {isSameFile} from '../../system/files/stat-or-null.js';
import type {System} from '../../system/system.js';
import type {Layer} from '../../topology/settings/environment.js';
import {parseSettings, settingsFile} from '../../topology/settings/parse-settings.js';

/** Some hundred times what all settings take; more only keeps a parser busy. */
const settingsLimitBytes = 64 * 1024;

/** The settings in the folder's `sutra.yaml`, if there is one. Throws USAGE, also where another file was meant for it. */
export function fileLayers({cwd}: System): Layer[] {
  const path = join(cwd, settingsFile);
  const text = readTextFile(path, {
    limitBytes: settingsLimitBytes,
    cure: '`sutra topology schema` prints what the file may hold',
  });
  if (text === null) refuseOtherName(cwd);
  else refuseSecondFile(cwd);
  return text === null ? [] : [{origin: settingsFile, settings: parseSettings(text, path)}];
}

/** Names that were meant for `sutra.yaml` and would be passed over in silence. */
const otherYamlNames = ['sutra.yml', '.sutra.yaml', '.sutra.yml', 'Sutra.yaml', 'Sutra.yml'];

function refuseOtherName(cwd: string): void {
  const found = [...otherYamlNames, 'sutra.json'].map((name) => join(cwd, name)).find((path) => existsSync(path));
  if (found === undefined) return;
  throw new SutraError('USAGE', `${found} is not read: settings are read from ${settingsFile}`, {
    cure: `mv ${found} ${join(cwd, settingsFile)}`,
  });
}

/** A link to `sutra.yaml` is no second file. Nor is a `sutra.json` beside it: a command may have printed that. */
function refuseSecondFile(cwd: string): void {
  const read = join(cwd, settingsFile);
  const found = otherYamlNames
    .map((name) => join(cwd, name))
    .find((path) => existsSync(path) && !isSameFile(path, read));
  if (found === undefined) return;
  throw new SutraError('USAGE', `${found} is not read: settings are read from ${settingsFile}, which is there too`, {
    cure: `move its settings to ${settingsFile}, then: rm ${found}`,
  });
}
