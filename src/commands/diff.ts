import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {flagLayers, topologyFlags} from '../cli/flags/topology-flags.js';
import {changeLine} from '../cli/views/change-lines.js';
import {differenceExit} from '../errors.js';
import {findDeployedPlan} from '../stack/plans/deployed-plan.js';
import {changesOf} from '../stack/plans/files-of-plan.js';
import {resolveStack} from '../stack/plans/resolve-stack.js';
import type {PlanChange} from '../topology/compare-plans.js';

interface DiffResult {
  schemaVersion: 1;
  running: boolean;
  changes: PlanChange[];
}

export default class Diff extends BaseCommand<typeof Diff> {
  static override description = 'show what deploy with the same flags would change';
  static override examples = ['<%= config.bin %> diff --replicas 5', '<%= config.bin %> diff --exit-code'];
  static override flags = {
    ...topologyFlags,
    'exit-code': Flags.boolean({
      description: `exit with ${differenceExit.some} if there are differences, ${differenceExit.none} if not`,
    }),
  };

  async run(): Promise<DiffResult> {
    const layers = flagLayers(this.flags);
    const {plan} = await resolveStack(this.system, layers);
    const deployed = findDeployedPlan(this.system);
    const changes = await changesOf(this.system, plan);
    if (deployed === null) this.log('Nothing is deployed here: deploy would create everything.');
    if (changes.length === 0) this.log('No difference.');
    for (const change of changes) this.log(changeLine(change, columns()));
    if (deployed !== null && changes.length > 0 && layers.length === 0) this.tell(`\n${noFlags}`);
    if (this.flags['exit-code'] && changes.length > 0) process.exitCode = differenceExit.some;
    return {schemaVersion: 1, running: deployed !== null, changes};
  }
}

const noFlags =
  'Note: this is what `sutra deploy` without flags would change. If you deployed with flags, pass the same ones to diff.';
