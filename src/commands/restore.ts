import {resolve} from 'node:path';
import {Args, Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {progressOptions, runSteps} from '../cli/live/progress.js';
import {requireDeployedPlan} from '../stack/plans/deployed-plan.js';
import type {Step} from '../system/step.js';
import {requireBackup} from '../vectors/read-backup.js';
import {type Restored, restore} from '../vectors/restore.js';

export default class Restore extends BaseCommand<typeof Restore> {
  static override description = 'restore the vectors of a backup into the cache of the running stack';
  static override examples = ['<%= config.bin %> restore sutra-sutra-20261120T104512Z.backup'];
  static override args = {
    file: Args.file({description: 'file written by `sutra backup`', required: true}),
  };
  static override flags = {
    force: Flags.boolean({description: 'restore even if the vectors belong to another model than the running one'}),
  };

  async run(): Promise<{schemaVersion: 1} & Restored> {
    requireBackup(this.args.file);
    const plan = await requireDeployedPlan(this.system);
    const progress = progressOptions(this.jsonEnabled());
    const steps = {force: this.flags.force, runSteps: (list: Step[]) => runSteps(list, progress)};
    const done = await restore(this.system, {plan, path: resolve(this.args.file), steps});
    const {stored, entries, expired, capacity, takenAt} = done;
    this.log(`restored ${stored} of ${entries} vectors, as of ${takenAt}; ${expired} had expired`);
    if (stored > capacity) this.log(`The shard has capacity for ${capacity}: the others were evicted.`);
    return {schemaVersion: 1, ...done};
  }
}
