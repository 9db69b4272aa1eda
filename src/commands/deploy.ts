import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {paint} from '../cli/paint.js';
import {progressOptions, runSteps} from '../cli/progress.js';
import {curlLine, servicesTable, urlLines} from '../cli/stack-view.js';
import {flagLayers, topologyFlags} from '../cli/topology-flags.js';
import {type Deployed, deployStack} from '../stack/deploy.js';
import {type DryRun, dryRun} from '../stack/dry-run.js';
import {resolveStack} from '../stack/resolve-stack.js';
import {reportStack, type StackReport} from '../stack/stack-report.js';
import type {Plan} from '../topology/plan-schema.js';

export default class Deploy extends BaseCommand<typeof Deploy> {
  static override description = 'start the stack, or change the running one to what is asked';
  static override examples = [
    '<%= config.bin %> deploy',
    '<%= config.bin %> deploy --edition community --dimension 256',
    '<%= config.bin %> deploy --project b --port-offset 1000 --folder ../b',
  ];
  static override flags = {
    ...topologyFlags,
    'dry-run': Flags.boolean({description: 'print the commands and files, and do nothing'}),
    install: Flags.boolean({
      description: 'install HAProxy with apt where it is missing (root only)',
      allowNo: true,
      default: true,
    }),
  };

  async run(): Promise<StackReport | DryRun> {
    const resolved = await resolveStack(this.system, flagLayers(this.flags));
    for (const notice of resolved.topology.notices) this.logToStderr(`Note: ${notice}`);
    if (this.flags['dry-run']) return this.printDryRun(await dryRun(this.system, resolved));
    const progress = progressOptions(this.jsonEnabled());
    const {status, sample} = await deployStack(this.system, resolved, {
      install: this.flags.install,
      runSteps: (steps) => runSteps(steps, progress),
      note: (text) => this.logToStderr(text),
    });
    const report = reportStack(resolved.plan, status, this.system.clock.nowMs());
    this.printStack(report, sample, resolved.plan);
    return report;
  }

  private printStack(report: StackReport, sample: Deployed['sample'], plan: Plan): void {
    const {text, dimension, begins, milliseconds} = sample;
    this.log(`\n${servicesTable(report.services)}\n`);
    for (const line of urlLines(report.urls)) this.log(line);
    const numbers = begins.map((value) => value.toFixed(4)).join(', ');
    this.log(`\n"${text}"\n  -> [${numbers}, ...] ${dimension} numbers in ${milliseconds} ms`);
    const sutra = this.system.env.SUTRA_COMMAND ?? 'sutra';
    this.log(`\nNext: ${paint.strong(`${sutra} validate`)} proves it, ${paint.strong(`${sutra} stop`)} ends it. Or:`);
    this.log(`  ${curlLine(plan)}`);
  }

  private printDryRun(plan: DryRun): DryRun {
    for (const {path} of plan.files) this.log(`write ${path}`);
    for (const {name, command, env} of plan.commands) {
      this.log(`\n# ${name}`);
      const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      this.log([...variables, ...command].join(' \\\n  '));
    }
    return plan;
  }
}
