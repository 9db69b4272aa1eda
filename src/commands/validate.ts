import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {givenFigures} from '../cli/given-figures.js';
import {paint} from '../cli/paint.js';
import type {CheckResult} from '../decision/check.js';
import {configDigest} from '../decision/evidence.js';
import type {Matrix} from '../decision/matrix-schema.js';
import {judgeSuccess, type SuccessSet, successSets} from '../decision/success-criteria.js';
import {successEvidence} from '../decision/success-evidence.js';
import {type Verdict, worstVerdict} from '../decision/verdict.js';
import {SutraError} from '../errors.js';
import {type Phase, phases} from '../experiment/validate/checks.js';
import {validateStack} from '../experiment/validate/validate.js';
import {checkHead, checkLine} from '../report/check-lines.js';
import {matrixTable} from '../report/matrix-table.js';
import {requireDeployedPlan} from '../stack/deployed-plan.js';
import {readEvidence, recordEvidence} from '../stack/evidence-folder.js';
import {openRuntime} from '../stack/open-runtime.js';
import {productRoot} from '../stack/product-version.js';
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
  static override description = 'hold the running stack against what it must show, one line a check';
  static override examples = [
    '<%= config.bin %> validate',
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
    const records = await readEvidence(this.system, plan);
    const matrix = judgeSuccess(set, successEvidence(records, configDigest(plan), given));
    this.conclude(matrix.verdict);
    this.log(matrixTable(matrix, paint));
    const told = Object.entries(given).map(([name, value]) => `${name} ${value}`);
    if (told.length > 0) this.log(paint.faint(`Given, not measured: ${told.join(', ')}.`));
    return {schemaVersion: 1, verdict: matrix.verdict, matrix};
  }

  private async check(): Promise<ValidateResult> {
    const asked = this.flags.phases === undefined ? [] : parsePhases(this.flags.phases);
    const plan = await requireDeployedPlan(this.system);
    const wanted = this.flags.security ? [...asked, 'security' as const] : asked;
    // Of security much can be seen without a key; of the rest nothing.
    if (wanted.some((phase) => phase !== 'security') || wanted.length === 0) credentialsFor(plan.urls.api);
    const runtime = await openRuntime(this.system);
    const checks: CheckResult[] = [];
    this.log(paint.faint(checkHead));
    for await (const check of validateStack(
      {plan, runtime, system: this.system, productRoot},
      wanted.length === 0 ? phasesOf(plan) : wanted,
    )) {
      checks.push(check);
      this.log(verdictColour[check.verdict](this.fitted(checkLine(check), check.verdict)));
    }
    const verdict = worstVerdict(checks.filter(({decides}) => decides !== false).map((check) => check.verdict));
    const evidence = await recordEvidence(this.system, plan, {kind: 'validate', verdict, checks});
    this.log(`\n${verdictColour[verdict](verdict)}: ${tally(checks)}; recorded in ${evidence}`);
    this.conclude(verdict);
    return {schemaVersion: 1, verdict, checks, evidence};
  }

  /** A passed check keeps to one line of the terminal; what went wrong is told whole. */
  private fitted(line: string, verdict: Verdict): string {
    const {isTTY, columns} = process.stdout;
    if (!isTTY || verdict !== 'pass' || line.length < columns) return line;
    return `${line.slice(0, columns - 2)}…`;
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

function tally(checks: CheckResult[]): string {
  const failed = checks
    .filter(({verdict}) => verdict !== 'pass')
    .map(({id, verdict, decides}) => `${id} ${verdict}${decides === false ? ' (does not decide)' : ''}`);
  const passed = `${checks.length - failed.length} of ${checks.length} checks passed`;
  return failed.length === 0 ? passed : `${passed}, ${failed.join(', ')}`;
}
