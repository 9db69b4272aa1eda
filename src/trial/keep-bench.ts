import {configDigest} from '../decision/evidence.js';
import {type BenchOutcome, benchFindings} from '../experiment/bench/bench-outcome.js';
import {type BenchReport, readRuns} from '../experiment/bench/bench-report.js';
import {identityOf} from '../experiment/bench/identity-of-plan.js';
import {stackFiguresFacts} from '../report/bench/stack-figures-table.js';
import {identityFacts} from '../report/bench/stack-identity-text.js';
import {htmlReport} from '../report/html/html-report.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {saveBaseline} from './baselines.js';
import type {Measurement} from './bench-target.js';
import {recordEvidence} from './evidence-folder.js';
import {keepReport, reportFacts, withOwnDeadline} from './keep-report.js';
import type {LoadWatch} from './watch-load.js';

interface Wanted {
  /** Keep the runs as a baseline of that name. */
  save: string | undefined;
  /** Write the page there too. */
  html: string | undefined;
  tell: LoadWatch['tell'];
}

/**
 * Keeps the record, the page and the baseline of a bench, and says where. Under a deadline of its own: what was measured is
 * kept after an interrupt too, but not as a baseline. A target that is no stack of ours has no record.
 */
export async function keepBench(
  system: System,
  measurement: Measurement,
  {save, html, tell}: Wanted,
): Promise<Pick<BenchReport, 'evidence' | 'report' | 'baseline'>> {
  const {outcome, plan} = measurement;
  const lasting = withOwnDeadline(system);
  const findings = (of: Plan) => benchFindings(outcome, {configDigest: configDigest(of), stack: identityOf(of)});
  const evidence = plan === null ? undefined : await recordEvidence(lasting, plan, findings(plan));
  const report = keepReport(await pageOf(lasting, measurement), {evidence, asked: html});
  const isKept = plan !== null && save !== undefined && !system.signal.aborted;
  const saved = isKept ? await saveRuns(system, plan, {name: save, outcome, tell}) : undefined;
  return {
    ...(evidence === undefined ? {} : {evidence}),
    ...(report === undefined ? {} : {report}),
    ...(saved === undefined ? {} : {baseline: saved}),
  };
}

async function pageOf(system: System, {outcome, plan, baseline}: Measurement): Promise<string> {
  const {verdict, reason, what, thresholds, runs, figures, matrix = null} = outcome;
  const earlier = baseline === null ? [] : [{label: baseline.name, runs: readRuns(baseline.runs)}];
  const series = [...earlier, {label: baseline === null ? 'run' : 'now', runs}];
  const facts = [
    ...(plan === null ? [] : identityFacts(identityOf(plan))),
    ...(await reportFacts(system, what)),
    ...(figures === undefined ? [] : stackFiguresFacts(figures)),
  ];
  const title = `bench of ${runs[0]?.target}`;
  return htmlReport({title, verdict, reason, facts, thresholds, series, matrix, claims: []});
}

interface Saved {
  name: string;
  outcome: BenchOutcome;
  tell: LoadWatch['tell'];
}

/** Runs that say nothing would leave every comparison with them unknown. */
async function saveRuns(
  system: System,
  plan: Plan,
  {name, outcome: {what, loadDigest, measured, runs}, tell}: Saved,
): Promise<string | undefined> {
  const {rate} = measured;
  if (rate?.kind === 'repeats') {
    return await saveBaseline(system, plan, {name, what, loadDigest, measured, runs: runs.map((run) => ({...run}))});
  }
  tell(`Not kept as baseline ${name}: ${rate?.kind === 'missing' ? rate.reason : 'nothing was measured'}`);
  return undefined;
}
