import {BaseCommand} from '../cli/base-command.js';
import {paint} from '../cli/paint.js';
import {servicesTable, urlLines} from '../cli/stack-view.js';
import {requireDeployedPlan} from '../stack/deployed-plan.js';
import {openRuntime} from '../stack/open-runtime.js';
import {reportStack, type StackReport} from '../stack/stack-report.js';

export default class Status extends BaseCommand<typeof Status> {
  static override description = 'what runs, where, and how it is';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];

  async run(): Promise<StackReport & {keeper: string}> {
    const plan = await requireDeployedPlan(this.system);
    const status = await (await openRuntime(this.system)).status();
    const report = reportStack(plan, status, this.system.clock.nowMs());
    this.log(
      `${paint.strong(plan.project)}: edition ${plan.edition}, ${plan.model.id} at ${plan.dimension}, runtime ${plan.runtime}\n`,
    );
    this.log(`${servicesTable(report.services)}\n`);
    for (const line of urlLines(report.urls)) this.log(line);
    if (status.keeper.state !== 'running') {
      this.log(
        `\n${paint.unsure('Nobody watches the services:')} the supervisor is ${status.keeper.state}. \`sutra deploy\` brings it back.`,
      );
    }
    return {...report, keeper: status.keeper.state};
  }
}
