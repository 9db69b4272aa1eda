import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {givenFigures} from '../cli/flags/given-figures.js';
import {parsePhases} from '../cli/flags/parse-phases.js';
import {LiveLine} from '../cli/live/live-line.js';
import {progressOptions} from '../cli/live/progress.js';
import {criteriaText, validatedText} from '../cli/views/validate-view.js';
import type {Matrix} from '../decision/matrix-schema.js';
import {type SuccessSet, successSets} from '../decision/success-criteria.js';
import type {Verdict} from '../decision/verdict.js';
import {phases} from '../experiment/validate/checks.js';
import {phaseTitle} from '../report/phase-lines.js';
import {judgeRecorded, type Validated, validateDeployed} from '../trial/validate-deployed.js';

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
        'phases to run, comma-separated: 0 vectors and dimension, 1 cache, 2 load balancing, security; 0 to 2, as far as the topology has them, unless set',
    }),
    security: Flags.boolean({description: 'run the security and access checks, alone or in addition to --phases'}),
    verbose: Flags.boolean({description: 'print every check, even if all pass', exclusive: ['criteria']}),
    criteria: Flags.option({
      options: successSets,
      description: 'evaluate recorded bench results of this stack against the success criteria of the design documents',
      exclusive: ['phases', 'security'],
    })(),
    given: Flags.string({
      description: 'with --criteria: supply a value that cannot be measured here; can be repeated',
      helpValue: 'NAME=NUMBER',
      multiple: true,
      dependsOn: ['criteria'],
    }),
  };

  async run(): Promise<({schemaVersion: 1} & Validated) | CriteriaResult> {
    return this.flags.criteria === undefined ? await this.check() : await this.judge(this.flags.criteria);
  }

  private async judge(set: SuccessSet): Promise<CriteriaResult> {
    const given = givenFigures(this.flags.given ?? [], set);
    const matrix = await judgeRecorded(this.system, set, given, (text) => this.tell(`Note: ${text}`));
    this.conclude(matrix.verdict);
    this.log(criteriaText(matrix, given));
    return {schemaVersion: 1, verdict: matrix.verdict, matrix};
  }

  private async check(): Promise<{schemaVersion: 1} & Validated> {
    const {flags, system} = this;
    const asked = [...(flags.phases === undefined ? [] : parsePhases(flags.phases, phases))];
    if (flags.security) asked.push('security');
    const live = new LiveLine(progressOptions(this.jsonEnabled()));
    live.show('Running the checks');
    const validated = await validateDeployed(system, asked, (checks) => {
      const last = checks.at(-1);
      if (last !== undefined) live.show(`${phaseTitle(last.phase)}: ${checks.length} checks done, the last ${last.id}`);
    }).finally(() => live.clear());
    this.log(validatedText(validated, {verbose: flags.verbose}));
    this.conclude(validated.verdict);
    return {schemaVersion: 1, ...validated};
  }
}
