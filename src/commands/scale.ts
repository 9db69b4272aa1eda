import {Args} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {deployView} from '../cli/views/deploy-view.js';
import {servicesTable} from '../cli/views/stack-view.js';
import {SutraError} from '../errors.js';
import {deployStack} from '../stack/deploy.js';
import {resolveScale} from '../stack/plans/resolve-scale.js';
import {type DeployReport, reportDeployed} from '../stack/stack-report.js';

export default class Scale extends BaseCommand<typeof Scale> {
  static override description = 'change replica counts of the running stack; not saved: the next deploy resets them';
  static override examples = ['<%= config.bin %> scale 5', '<%= config.bin %> scale ml-base=5 embedding-service=2'];
  static override strict = false;
  static override args = {
    replicas: Args.string({description: 'replica count of the models, or SERVICE=N, one or more', required: true}),
  };

  async run(): Promise<DeployReport> {
    const resolved = await resolveScale(this.system, this.wishes());
    const view = deployView(this.consent({yes: true}));
    const deployed = await deployStack(this.system, resolved, {...view, reason: 'scale', install: false});
    const report = reportDeployed(resolved.plan, deployed, this.system.clock.nowMs());
    this.log(`\n${servicesTable(report.services, columns())}`);
    this.log('\nNot saved: the next `sutra deploy` resets this. To keep it, set replicas in sutra.yaml.');
    return report;
  }

  private wishes(): string[] {
    const flag = this.words.find((word) => word.startsWith('-'));
    if (flag === undefined) return this.words;
    throw new SutraError('USAGE', `unknown flag ${flag}`, {cure: 'sutra scale --help'});
  }
}
