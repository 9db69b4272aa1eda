import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {LiveScreen} from '../cli/live/live-screen.js';
import {progressOptions} from '../cli/live/progress.js';
import {watch} from '../cli/live/watch.js';
import {paint} from '../cli/paint.js';
import {stateKey, statusText} from '../cli/views/status-view.js';
import {wholenessExit} from '../errors.js';
import {runtimeFor} from '../stack/hosts/open-runtime.js';
import {type LiveReport, reportLive} from '../stack/live-report.js';
import {requireDeployedPlan} from '../stack/plans/deployed-plan.js';
import {useStackCredentials} from '../stack/secrets/use-stack-credentials.js';
import {stackHere} from '../stack/stack-here.js';

const defaultEverySeconds = 2;

export default class Status extends BaseCommand<typeof Status> {
  static override description =
    `show each service with its address, health, CPU and memory; exits ${wholenessExit.impaired} unless the whole stack is healthy`;
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --json',
    '<%= config.bin %> status --watch --every 1',
  ];
  static override flags = {
    watch: Flags.boolean({
      char: 'w',
      description: 'show every change until Ctrl-C, then exit with the code of the last state',
    }),
    every: Flags.integer({
      description: `seconds between checks (default ${defaultEverySeconds})`,
      helpValue: 'SECONDS',
      min: 1,
      max: 3_600,
      dependsOn: ['watch'],
    }),
  };

  async run(): Promise<LiveReport | undefined> {
    const report = this.flags.watch ? await this.watch() : await this.look();
    if (!report.whole) process.exitCode = wholenessExit.impaired;
    const {live} = progressOptions(this.jsonEnabled(), process.stdout);
    // What was watched line by line has been printed.
    if (this.flags.watch && !live) return undefined;
    this.log(statusText(report, columns()));
    return report;
  }

  private async look(): Promise<LiveReport> {
    const here = await stackHere(this.system);
    if (here.plan === null && here.problem === null) await requireDeployedPlan(this.system);
    // A damaged certificate is among what is reported; here it costs the versions at most.
    if (here.plan !== null) await useStackCredentials(this.system, here.plan).catch(() => undefined);
    return await reportLive(this.system, await runtimeFor(this.system, here), here);
  }

  private async watch(): Promise<LiveReport> {
    const {every = defaultEverySeconds} = this.flags;
    const {live, stream} = progressOptions(this.jsonEnabled(), process.stdout);
    this.jsonLines = true;
    using screen = new LiveScreen(stream);
    const drawn = (report: LiveReport) => {
      const head = `Every ${every} s, Ctrl-C to quit; updated at ${new Date(report.at).toTimeString().slice(0, 8)}`;
      screen.draw(`${paint.faint(head)}\n\n${statusText(report, columns())}`);
    };
    const printed = (report: LiveReport) => {
      if (this.jsonEnabled()) this.logJson(report);
      else this.log(`${report.at}\n${statusText(report, columns())}\n`);
    };
    const show = live ? drawn : whenChanged(printed);
    return await watch({look: () => this.look(), show, everyMs: every * 1_000}, this.system);
  }
}

/** For what nobody watches: only what differs from the one before. */
function whenChanged(print: (report: LiveReport) => void): (report: LiveReport) => void {
  let last = '';
  return (report) => {
    const key = stateKey(report);
    if (key !== last) print(report);
    last = key;
  };
}
