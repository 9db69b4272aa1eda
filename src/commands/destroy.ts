import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {confirm} from '../cli/confirm.js';
import {yesFlag} from '../cli/flags/yes-flag.js';
import {type Destroyed, destroyStack, hasState} from '../stack/destroy.js';

export default class Destroy extends BaseCommand<typeof Destroy> {
  static override description = 'stop the stack and remove its generated files below .sutra/';
  static override examples = ['<%= config.bin %> destroy', '<%= config.bin %> destroy --volumes --yes'];
  static override flags = {
    ...yesFlag,
    volumes: Flags.boolean({description: 'also remove cached vectors, evidence and journal: all of .sutra/'}),
  };

  async run(): Promise<{schemaVersion: 1} & Destroyed> {
    const {volumes, yes} = this.flags;
    if (!hasState(this.system)) {
      this.log(`no stack in ${this.system.cwd}`);
      return {schemaVersion: 1, stopped: [], removed: [], kept: []};
    }
    const what = volumes
      ? 'Stop the stack and remove all of .sutra/, with its cached vectors, evidence and history'
      : 'Stop the stack and remove its settings, history and logs (cached vectors, evidence and baselines stay)';
    await confirm(what, this.consent({yes}));
    const done = await destroyStack(this.system, {volumes});
    if (done.stopped.length > 0) this.log(`stopped ${done.stopped.join(', ')}`);
    this.log(`removed from .sutra/: ${done.removed.join(', ') || 'nothing'}`);
    if (done.kept.length > 0) this.log(keptLine(done.kept, volumes));
    return {schemaVersion: 1, ...done};
  }
}

function keptLine(kept: string[], volumes: boolean): string {
  return `kept in .sutra/: ${kept.join(', ')}; ${volumes ? 'sutra did not make them' : '--volumes removes what sutra made'}`;
}
