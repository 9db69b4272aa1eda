import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {deployView} from '../cli/views/deploy-view.js';
import {servicesTable, urlLines} from '../cli/views/stack-view.js';
import {deployStack} from '../stack/deploy.js';
import {resolveStart} from '../stack/plans/resolve-start.js';
import {type DeployReport, reportDeployed} from '../stack/stack-report.js';

export default class Start extends BaseCommand<typeof Start> {
  static override description = 'start the stopped stack as it was last deployed, ignoring sutra.yaml';
  static override examples = ['<%= config.bin %> start'];

  async run(): Promise<DeployReport> {
    const resolved = await resolveStart(this.system);
    // Nothing of a stack that serves is changed, so nothing is asked.
    const view = deployView(this.consent({yes: true}));
    for (const notice of resolved.topology.notices) view.note(`Note: ${notice}`);
    const deployed = await deployStack(this.system, resolved, {...view, reason: 'start', install: true});
    const report = reportDeployed(resolved.plan, deployed, this.system.clock.nowMs());
    this.log(`\n${servicesTable(report.services, columns())}\n`);
    for (const line of urlLines(report.urls)) this.log(line);
    return report;
  }
}
