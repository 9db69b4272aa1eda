import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {flagLayers, topologyFlags} from '../cli/flags/topology-flags.js';
import {yesFlag} from '../cli/flags/yes-flag.js';
import {assumedLines} from '../cli/views/assumed-lines.js';
import {deployView} from '../cli/views/deploy-view.js';
import {deployedLines} from '../cli/views/deployed-view.js';
import {shownPath} from '../cli/views/shown-path.js';
import {curlLine} from '../cli/views/stack-view.js';
import {deployStack} from '../stack/deploy.js';
import {type DryRun, dryRun} from '../stack/plans/dry-run.js';
import {resolveStack} from '../stack/plans/resolve-stack.js';
import {type DeployReport, reportDeployed} from '../stack/stack-report.js';

export default class Deploy extends BaseCommand<typeof Deploy> {
  static override description = 'start the stack, or update the running one';
  static override examples = [
    '<%= config.bin %> deploy',
    '<%= config.bin %> deploy --edition community --dimension 256',
    '<%= config.bin %> deploy --project b --port-offset 1000 --folder ../b',
  ];
  static override flags = {
    ...topologyFlags,
    ...yesFlag,
    'dry-run': Flags.boolean({description: 'print the commands and files without running anything'}),
    install: Flags.boolean({
      description: 'install a missing HAProxy with apt (root only), or build missing images',
      allowNo: true,
      default: true,
    }),
  };

  async run(): Promise<DeployReport | DryRun> {
    const resolved = await resolveStack(this.system, flagLayers(this.flags));
    for (const notice of resolved.topology.notices) this.tell(`Note: ${notice}`);
    this.tell(`Runtime: ${resolved.plan.runtime} (${resolved.runtimeReason})`);
    if (this.flags['dry-run']) return this.printDryRun(await dryRun(this.system, resolved));
    const view = deployView(this.consent(this.flags));
    const {install} = this.flags;
    const deployed = await deployStack(this.system, resolved, {...view, reason: 'deploy', install});
    const report = reportDeployed(resolved.plan, deployed, this.system.clock.nowMs());
    for (const line of deployedLines(report, deployed.sample, curlLine(resolved.plan))) this.log(line);
    return report;
  }

  private printDryRun(plan: DryRun): DryRun {
    for (const {path} of plan.files) this.log(`write ${shownPath(path)}`);
    for (const {name, command, env} of plan.commands) {
      this.log(`\n# ${name}`);
      const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      this.log([...variables, ...command].join(' \\\n  '));
    }
    for (const line of assumedLines(plan.assumed)) this.log(line);
    return plan;
  }
}
