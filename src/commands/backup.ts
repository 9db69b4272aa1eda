import {resolve} from 'node:path';
import {Args} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {progressOptions, runSteps} from '../cli/live/progress.js';
import {bytesText} from '../model/transfer-text.js';
import {requireDeployedPlan} from '../stack/plans/deployed-plan.js';
import {requireWritable} from '../system/folders/require-path.js';
import {type BackedUp, backUp, backupName} from '../vectors/backup.js';

export default class Backup extends BaseCommand<typeof Backup> {
  static override description = 'back up the cached vectors of the running stack to a file, without downtime';
  static override examples = ['<%= config.bin %> backup', '<%= config.bin %> backup /var/backups/sutra.backup'];
  static override args = {
    file: Args.string({description: 'file to write; sutra-PROJECT-TIME.backup in the current folder unless given'}),
  };

  async run(): Promise<{schemaVersion: 1} & BackedUp> {
    if (this.args.file !== undefined) requireWritable(this.args.file, 'backup');
    const plan = await requireDeployedPlan(this.system);
    const path = resolve(this.args.file ?? backupName(plan, this.system.clock.nowMs()));
    let done: BackedUp | null = null;
    const run = async (say: (text: string) => void) => {
      done = await backUp(this.system, plan, path, say);
    };
    await runSteps([{title: 'Read the cache shard', run}], progressOptions(this.jsonEnabled()));
    const {file, entries, sizeBytes, artifact} = done ?? {file: path, entries: 0, sizeBytes: 0, artifact: ''};
    this.log(`${entries} vectors in ${file} (${bytesText(sizeBytes)})`);
    return {schemaVersion: 1, file, entries, sizeBytes, artifact};
  }
}
