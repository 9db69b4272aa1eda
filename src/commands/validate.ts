import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {givenFigures} from '../cli/given-figures.js';
import {LiveLine} from '../cli/live-line.js';
import {paint} from '../cli/paint.js';
import {progressOptions} from '../cli/progress.js';
import {shownPath} from '../cli/shown-path.js';
import type {CheckResult} from '../decision/check.js';
import {configDigest} from '../decision/evidence.js';
import type {Matrix} from '../decision/matrix-schema.js';
import {judgeSuccess, type SuccessSet, successSets} from '../decision/success-criteria.js';
import {successEvidence} from '../decision/success-evidence.js';
import type {Verdict} from '../decision/verdict.js';
import {SutraError} from '../errors.js';
import {type Phase, phases} from '../experiment/validate/checks.js';
import {validateStack} from '../experiment/validate/validate.js';
import {checkHead, checkLine} from '../report/check-lines.js';
import {matrixTable} from '../report/matrix-table.js';
import {checkTally, phaseLines, phaseTitle, verdictOf} from '../report/phase-lines.js';
import {wrapped} from '../report/wrap.js';
import {requireDeployedPlan} from '../stack/deployed-plan.js';
import {readEvidence, recordEvidence} from '../stack/evidence-folder.js';
import {openRuntime} from '../stack/open-runtime.js';
import {lockfileFolder} from '../stack/product-version.js';
import {credentialsFor} from '../system/stack-credentials.js';
import type {Plan} from '../topology/plan-schema.js';

interface ValidateResult {
  schemaVersion: 1;
  verdict: Verdict;
  checks: CheckResult[];
  /** The record of this run. */
  evidence: string;
}

/** With --criteria nothing is measured: recorded evidence is judged. */
interface CriteriaResult {
  schemaVersion: 1;
  verdict: Verdict;
  matrix: Matrix;
}

export default class Validate extends BaseCommand<typeof Validate> {
  static override description =
    'run the checks on the running stack: one line per phase, and all checks if one does not pass';
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate --verbose',
    '<%= config.bin %> validate --phases 0,1,2 --json',
    '<%= config.bin %> validate --security',
    '<%= config.bin %> validate --criteria p12 --given monthly-cost=450',
  ];
  static override flags = {
    phases: Flags.string({
      description:
        'comma-separated: 0 vectors and dimension, 1 cache, 2 load balancing, security; default: 0 to 2, where the topology has them',
    }),
    security: Flags.boolean({description: 'who may do what: alone, or beside the --phases named'}),
    verbose: Flags.boolean({description: 'print every check, also where all pass', exclusive: ['criteria']}),
    criteria: Flags.option({
      options: successSets,
      description: 'judge what bench recorded of this stack by the documents’ success criteria',
      exclusive: ['phases', 'security'],
    })(),
    given: Flags.string({
      description: 'with --criteria: a figure that nobody can measure here',
      helpValue: 'NAME=NUMBER',
      multiple: true,
      dependsOn: ['criteria'],
    }),
  };

  async run(): Promise<ValidateResult | CriteriaResult> {
    return this.flags.criteria === undefined ? await this.check() : await this.judge(this.flags.criteria);
  }

  private async judge(set: SuccessSet): Promise<CriteriaResult> {
    const given = givenFigures(this.flags.given ?? [], set);
    const plan = await requireDeployedPlan(this.system);
    const records = await readEvidence(this.system, plan, (text) => this.tell(`Note: ${text}`));
    const matrix = judgeSuccess(set, successEvidence(records, configDigest(plan), given));
    this.conclude(matrix.verdict);
    this.log(matrixTable(matrix, paint, columns()));
    const told = Object.entries(given).map(([name, value]) => `${name} ${value}`);
    if (told.length > 0) this.log(paint.faint(wrapped(`Given, not measured: ${told.join(', ')}.`, columns())));
    return {schemaVersion: 1, verdict: matrix.verdict, matrix};
  }

  private async check(): Promise<ValidateResult> {
    const asked = this.flags.phases === undefined ? [] : parsePhases(this.flags.phases);
    const plan = await requireDeployedPlan(this.system);
    const wanted = this.flags.security ? [...asked, 'security' as const] : asked;
    // Of security much can be seen without a key; of the rest nothing.
    if (wanted.some((phase) => phase !== 'security') || wanted.length === 0) credentialsFor(plan.urls.api);
    const runtime = await openRuntime(this.system);
    const chosen = wanted.length === 0 ? phasesOf(plan) : wanted;
    const checks = await this.runChecks({plan, runtime, system: this.system, lockfileFolder}, chosen);
    const verdict = verdictOf(checks);
    const evidence = await recordEvidence(this.system, plan, {kind: 'validate', verdict, checks});
    for (const line of phaseLines(checks)) this.log(verdictColour[line.verdict](wrapped(line.text, columns())));
    if (this.flags.verbose || verdict !== 'pass') this.showChecks(checks);
    const summary = `${verdictColour[verdict](verdict)}: ${checkTally(checks)}; recorded in ${shownPath(evidence)}`;
    this.log(`\n${wrapped(summary, columns())}`);
    this.conclude(verdict);
    return {schemaVersion: 1, verdict, checks, evidence};
  }

  private async runChecks(stack: Parameters<typeof validateStack>[0], chosen: Phase[]): Promise<CheckResult[]> {
    const checks: CheckResult[] = [];
    const live = new LiveLine(progressOptions(this.jsonEnabled()));
    live.show('Running the checks');
    try {
      for await (const check of validateStack(stack, chosen)) {
        checks.push(check);
        live.show(`${phaseTitle(check.phase)}: ${checks.length} checks done, the last ${check.id}`);
      }
    } finally {
      live.clear();
    }
    return checks;
  }

  private showChecks(checks: readonly CheckResult[]): void {
    this.log(`\n${paint.faint(checkHead(columns()))}`);
    for (const check of checks) this.log(verdictColour[check.verdict](checkLine(check, columns())));
  }
}

const verdictColour = {pass: paint.good, fail: paint.bad, unknown: paint.unsure} satisfies Record<Verdict, unknown>;

function parsePhases(text: string): Phase[] {
  return text.split(',').map((part) => {
    const phase = phases.find((known) => String(known) === part.trim());
    if (phase !== undefined) return phase;
    throw new SutraError('USAGE', `--phases ${text}: there is no phase "${part.trim()}"`, {
      cure: `choose from ${phases.join(', ')}, separated by commas`,
    });
  });
}

function phasesOf({cache, loadBalancer}: Plan): Phase[] {
  return [0, ...(cache.enabled ? [1 as const] : []), ...(loadBalancer === null ? [] : [2 as const])];
}
