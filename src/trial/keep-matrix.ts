import type {JudgedClaim} from '../decision/claim.js';
import type {Matrix} from '../decision/matrix-schema.js';
import type {BenchReport} from '../experiment/bench/bench-report.js';
import type {OptionSet} from '../experiment/bench/matrix/bench-option.js';
import {type Seen, seenBeside} from '../experiment/bench/matrix/measure-option.js';
import {optionsFindings} from '../experiment/bench/matrix/options-findings.js';
import {runsOf} from '../experiment/bench/matrix/runs-of-attempts.js';
import {identityText} from '../report/bench/stack-identity-text.js';
import {htmlReport} from '../report/html/html-report.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {recordEvidence} from './evidence-folder.js';
import {keepReport, reportFacts, withOwnDeadline} from './keep-report.js';

interface Judged {
  matrix: Matrix;
  claims: JudgedClaim[];
  reason: string;
}

interface MatrixRun {
  set: OptionSet;
  seen: Seen;
  /** What all options have in common. */
  base: Plan;
  /** Write the page there too. */
  html: string | undefined;
}

/** Keeps the record and the page of a matrix, and says where; nothing where nothing was measured. Under a deadline of its own. */
export async function keepMatrix(
  system: System,
  {set, seen, base, html}: MatrixRun,
  {matrix, claims, reason}: Judged,
): Promise<Pick<BenchReport, 'evidence' | 'report'>> {
  const {attempts, what, digests, stacks} = seen;
  if (attempts.length === 0) return {};
  const lasting = withOwnDeadline(system);
  const {verdict} = matrix;
  const extra = seenBeside(set, seen);
  const evidence = await recordEvidence(
    lasting,
    base,
    optionsFindings(set, attempts, {verdict, what, digests, stacks, extra}),
  );
  const again = ['runs repeated because the generator fell behind', String(seen.discarded)] as const;
  const ran = set.options.flatMap(({id, title}) =>
    stacks[id] === undefined ? [] : [[title, identityText(stacks[id])] as const],
  );
  const page = htmlReport({
    title: `bench matrix: ${set.title}`,
    verdict,
    reason,
    facts: [...(await reportFacts(lasting, what)), again, ...ran],
    thresholds: [],
    series: set.options.map(({id, title}) => ({label: title, runs: runsOf(attempts, id).runs})),
    matrix,
    claims,
  });
  const report = keepReport(page, {evidence, asked: html});
  return {evidence, ...(report === undefined ? {} : {report})};
}
