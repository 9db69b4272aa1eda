import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {paint} from '../cli/paint.js';
import {degradedLine, loadTable, urlLines} from '../cli/stack-view.js';
import {wholenessExit} from '../errors.js';
import {oneLine} from '../printable.js';
import {hanging, wrapped} from '../report/wrap.js';
import {requireDeployedPlan} from '../stack/deployed-plan.js';
import {type LiveReport, reportLive} from '../stack/live-report.js';
import {runtimeFor} from '../stack/open-runtime.js';
import {type StackHere, stackHere} from '../stack/stack-here.js';
import {useStackCredentials} from '../stack/use-stack-credentials.js';

export default class Status extends BaseCommand<typeof Status> {
  static override description =
    'show each service with its address, health, CPU and memory; exits 12 unless all of the stack is healthy';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];

  async run(): Promise<LiveReport> {
    const here = await stackHere(this.system);
    if (here.plan === null && here.problem === null) await requireDeployedPlan(this.system);
    // A damaged certificate is among what is reported; here it costs the versions at most.
    if (here.plan !== null) await useStackCredentials(this.system, here.plan).catch(() => undefined);
    const report = await reportLive(this.system, await runtimeFor(this.system, here), here);
    const degraded = degradedLine(report.services, report.problems);
    if (degraded !== null) this.log(wrapped(degraded, columns()));
    this.log(`${oneLine(headLine(here))}\n`);
    this.log(`${loadTable(report.services, columns())}\n`);
    if (report.urls !== null) for (const line of urlLines(report.urls)) this.log(line);
    if (report.whole) return report;
    this.log(`\n${paint.unsure('Problems:')}`);
    for (const {what, problem, hint} of report.problems)
      this.log(
        `${hanging('  ', oneLine(`${what} ${problem}`), columns())}\n${hanging('    ', oneLine(hint), columns())}`,
      );
    process.exitCode = wholenessExit.impaired;
    return report;
  }
}

function headLine({plan, runtime}: StackHere): string {
  if (plan === null) return `A stack of unknown settings, runtime ${runtime}`;
  return `${paint.strong(plan.project)}: edition ${plan.edition}, ${plan.model.id} at ${plan.dimension}, runtime ${runtime}`;
}
