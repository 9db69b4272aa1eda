import {Args} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {columns} from '../../cli/columns.js';
import {textTable} from '../../report/table.js';
import {type Preset, type PresetName, presetNames, presets} from '../../topology/settings/presets.js';

interface PresetResult {
  schemaVersion: 1;
  presets: Record<string, Preset>;
}

export default class ConfigPreset extends BaseCommand<typeof ConfigPreset> {
  protected static override usesStack = false;
  static override description = 'print environment variables for a use case, to source or to save as an env file';
  static override examples = ['<%= config.bin %> config preset', '<%= config.bin %> config preset real-time > .env'];
  static override args = {
    name: Args.option({options: presetNames, description: 'preset to print; all of them unless given'})(),
  };

  run(): Promise<PresetResult> {
    const name: PresetName | undefined = this.args.name;
    if (name === undefined) {
      const rows = Object.entries(presets).map(([id, preset]) => [id, preset.for, assignments(preset).join(' ')]);
      this.log(textTable(['PRESET', 'FOR', 'VARIABLES'], rows, {width: columns()}));
      return Promise.resolve({schemaVersion: 1, presets});
    }
    for (const line of assignments(presets[name])) this.log(line);
    return Promise.resolve({schemaVersion: 1, presets: {[name]: presets[name]}});
  }
}

function assignments({variables}: Preset): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}
