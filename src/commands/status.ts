import {BaseCommand} from '../cli/base-command.js';
import {paint} from '../cli/paint.js';
import {loadTable, urlLines} from '../cli/stack-view.js';
import {oneLine} from '../printable.js';
import {requireDeployedPlan} from '../stack/deployed-plan.js';
import {type LiveReport, reportLive} from '../stack/live-report.js';
import {openRuntime} from '../stack/open-runtime.js';

export default class Status extends BaseCommand<typeof Status> {
  static override description = 'what runs, where, how it is and what it takes';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];

  async run(): Promise<LiveReport> {
    const plan = await requireDeployedPlan(this.system);
    const report = await reportLive(this.system, await openRuntime(this.system), plan);
    const what = `edition ${plan.edition}, ${plan.model.id} at ${plan.dimension}, runtime ${plan.runtime}`;
    this.log(`${oneLine(`${paint.strong(plan.project)}: ${what}`)}\n`);
    this.log(`${loadTable(report.services)}\n`);
    for (const line of urlLines(report.urls)) this.log(line);
    if (report.keeper !== 'running') {
      this.log(
        `\n${paint.unsure('Nobody watches the services:')} the supervisor is ${report.keeper}. \`sutra deploy\` brings it back.`,
      );
    }
    return report;
  }
}
