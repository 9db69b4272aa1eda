import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {yesFlag} from '../cli/flags/yes-flag.js';
import {deployView} from '../cli/views/deploy-view.js';
import {servicesTable, urlLines} from '../cli/views/stack-view.js';
import {textTable} from '../report/table.js';
import {deployStack} from '../stack/deploy.js';
import {listPlans, type PlanRow} from '../stack/plans/list-plans.js';
import {keptCount} from '../stack/plans/plan-history.js';
import {resolveRollback, resolveSeedRollback} from '../stack/plans/resolve-rollback.js';
import type {ResolvedStack} from '../stack/plans/resolve-stack.js';
import {type DeployReport, reportDeployed} from '../stack/stack-report.js';

interface PlansKept {
  schemaVersion: 1;
  plans: PlanRow[];
}

export default class Rollback extends BaseCommand<typeof Rollback> {
  static override description = `restore the previous deployment, or any of the last ${keptCount}`;
  static override examples = [
    '<%= config.bin %> rollback',
    '<%= config.bin %> rollback --list',
    '<%= config.bin %> rollback --to 3',
    '<%= config.bin %> rollback --config',
  ];
  static override flags = {
    ...yesFlag,
    to: Flags.integer({
      description: 'number of the deployment to restore, from --list',
      min: 1,
      exclusive: ['config', 'list'],
    }),
    list: Flags.boolean({description: 'list the kept deployments and change nothing', exclusive: ['config']}),
    config: Flags.boolean({description: 'restore the v2.0 layout: edition simple, cache off, 768 dimensions'}),
  };

  async run(): Promise<DeployReport | PlansKept> {
    if (this.flags.list) return this.printPlans();
    const view = deployView(this.consent(this.flags));
    const resolved = await this.resolve(view.note);
    for (const notice of resolved.topology.notices) view.note(`Note: ${notice}`);
    const deployed = await deployStack(this.system, resolved, {...view, reason: 'rollback', install: true});
    const report = reportDeployed(resolved.plan, deployed, this.system.clock.nowMs());
    this.log(`\n${servicesTable(report.services, columns())}\n`);
    for (const line of urlLines(report.urls)) this.log(line);
    return report;
  }

  private async resolve(say: (text: string) => void): Promise<ResolvedStack> {
    if (this.flags.config) return await resolveSeedRollback(this.system);
    const resolved = await resolveRollback(this.system, this.flags.to);
    const {number, atMs, reason} = resolved.kept;
    say(`Restoring deployment ${number} of ${new Date(atMs).toISOString()} (${reason})`);
    return resolved;
  }

  private printPlans(): PlansKept {
    const plans = listPlans(this.system);
    const rows = plans.map(({number, at, reason, version, edition, model, dimension, replicas, security, running}) => [
      ...[`${running ? '*' : ' '} ${number}`, at, reason, version, edition, model, String(dimension), replicas],
      accessText(security),
    ]);
    const head = ['  PLAN', 'AT', 'BY', 'VERSION', 'EDITION', 'MODEL', 'DIM', 'REPLICAS', 'ACCESS'];
    const limits = {width: columns(), optional: ['VERSION', 'EDITION']};
    this.log(plans.length === 0 ? 'No deployment is kept here.' : textTable(head, rows, limits));
    return {schemaVersion: 1, plans};
  }
}

/** Keys are the stack's as it is now, whichever deployment is gone to. */
function accessText({apiKeys, tls, requestsPerMinute}: PlanRow['security']): string {
  const words = [
    ...(apiKeys ? ['keys'] : []),
    ...(tls === 'off' ? [] : ['TLS']),
    ...(requestsPerMinute === null ? [] : [`${requestsPerMinute}/min`]),
  ];
  return words.length === 0 ? 'open' : words.join(', ');
}
