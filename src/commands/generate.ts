import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {flagLayers, topologyFlags} from '../cli/topology-flags.js';
import {SutraError} from '../errors.js';
import {findDeployedPlan} from '../stack/deployed-plan.js';
import {differingFiles} from '../stack/differing-files.js';
import {resolveStack} from '../stack/resolve-stack.js';
import {describeFiles, writeRuntimeFiles} from '../stack/runtime-files.js';
import {comparePlans} from '../topology/compare-plans.js';
import type {Plan} from '../topology/plan-schema.js';

interface GenerateResult {
  schemaVersion: 1;
  files: string[];
}

export default class Generate extends BaseCommand<typeof Generate> {
  static override description = 'write the files of the stack to .sutra/ and start nothing';
  static override examples = ['<%= config.bin %> generate --edition community', '<%= config.bin %> generate --check'];
  static override flags = {
    ...topologyFlags,
    check: Flags.boolean({description: 'write nothing; fail if a file on disk is not what would be written'}),
  };

  async run(): Promise<GenerateResult> {
    const {plan} = await resolveStack(this.system, flagLayers(this.flags));
    if (!this.flags.check) this.refuseRunningStack(plan);
    const {artifacts} = await describeFiles(this.system, plan);
    if (this.flags.check) {
      const differing = await differingFiles(this.system, artifacts);
      if (differing.length > 0) {
        throw new SutraError('STATE', `not as they would be generated: ${differing.join(', ')}`, {
          cure: 'sutra generate, with the same flags',
        });
      }
      this.log(`${artifacts.length} files are as they would be generated`);
    } else {
      for (const path of writeRuntimeFiles(this.system, plan, artifacts)) this.log(`wrote ${path}`);
    }
    return {schemaVersion: 1, files: artifacts.map(({path}) => path)};
  }

  /** The load balancer of a running stack reads these files: only deploy may change them under it. */
  private refuseRunningStack(plan: Plan): void {
    const running = findDeployedPlan(this.system);
    if (running === null || comparePlans(running, plan).length === 0) return;
    throw new SutraError(
      'STATE',
      `${this.system.cwd} runs a stack whose files these are, and another plan would change them`,
      {
        cure: [
          'sutra deploy, with the same flags, changes the stack',
          'sutra generate --folder DIR writes them elsewhere',
        ],
      },
    );
  }
}
