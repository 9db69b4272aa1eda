import {join} from 'node:path';
import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {baselineFlags, notOfSelftest, reportFlags} from '../cli/bench-flags.js';
import {columns} from '../cli/columns.js';
import {grouped} from '../cli/grouped.js';
import {LiveLoad} from '../cli/live-load.js';
import {loadFlags, paceGroup, resultGroup} from '../cli/load-flags.js';
import {paint} from '../cli/paint.js';
import {progressOptions} from '../cli/progress.js';
import {comparableRepeats, quickFlag, quickNotice} from '../cli/repeats.js';
import {keptLines} from '../cli/shown-path.js';
import type {Baseline} from '../decision/baseline.js';
import {fewestRepeats} from '../decision/decide.js';
import {configDigest} from '../decision/evidence.js';
import type {Threshold} from '../decision/threshold.js';
import type {Verdict} from '../decision/verdict.js';
import {type BenchOutcome, benchFindings, benchOutcome} from '../experiment/bench/bench-outcome.js';
import {type BenchReport, readRuns} from '../experiment/bench/bench-report.js';
import {compareVersions} from '../experiment/bench/compare-versions.js';
import {identityOf} from '../experiment/bench/identity-of-plan.js';
import {selftestReport} from '../experiment/bench/selftest-report.js';
import {withStackFigures} from '../experiment/bench/stack-figures.js';
import {versionsOutcome} from '../experiment/bench/versions-outcome.js';
import {bench} from '../experiment/load/bench.js';
import {parseThresholds} from '../experiment/load/judge-bench.js';
import type {LoadRequest} from '../experiment/load/load-request.js';
import {parseLoad, parseUrl} from '../experiment/load/parse-load.js';
import {profileNames} from '../experiment/load/profiles.js';
import {
  type Selftest,
  selftest,
  selftestPeriods,
  selftestRate,
  stallSchedule,
} from '../experiment/load/selftest/selftest.js';
import {benchMarkdown, benchText} from '../report/bench-views.js';
import {htmlReport} from '../report/html/html-report.js';
import {selftestTable} from '../report/selftest-text.js';
import {stackFiguresFacts} from '../report/stack-figures-table.js';
import {identityFacts, identityText} from '../report/stack-identity-text.js';
import {wrapped} from '../report/wrap.js';
import {shownUrl} from '../shown-url.js';
import {comparableBaseline, requireBaselineName, saveBaseline} from '../stack/baselines.js';
import {requireDeployedPlan} from '../stack/deployed-plan.js';
import {recordEvidence} from '../stack/evidence-folder.js';
import {keepReport, reportFacts} from '../stack/keep-report.js';
import {runtimeFor} from '../stack/open-runtime.js';
import {otherStack} from '../stack/other-version.js';
import {settingsOf} from '../stack/plan-history.js';
import {productRoot} from '../stack/product-version.js';
import {rebuildVersion} from '../stack/rebuild.js';
import {endOrphans} from '../stack/scratch-orphans.js';
import {resolveBeside, scratchStack} from '../stack/scratch-stack.js';
import {requireWritable} from '../system/require-path.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';

/** What was measured, of what, and what it is held against. */
interface Measurement {
  outcome: BenchOutcome;
  /** Null: a target that is no stack of ours. */
  plan: Plan | null;
  baseline: Pick<Baseline, 'name' | 'runs'> | null;
}

export default class Bench extends BaseCommand<typeof Bench> {
  static override aliases = ['load-test'];
  static override description = 'load the running stack, or any URL, and say how long its answers take';
  static override examples = [
    '<%= config.bin %> bench --rate 200 --duration 30s --threshold "p99<50ms"',
    '<%= config.bin %> bench --stages 10s:100,10s:100-1000,10s:100 --workload zipf:1.1:100000',
    '<%= config.bin %> bench --closed --connections 32 --url http://127.0.0.1:8888/embed --json',
    '<%= config.bin %> bench --rate 200 --duration 10s --save main, and later --compare main',
    '<%= config.bin %> bench --selftest',
  ];
  // Made from the flags it would hold all of them, and an empty alternative for each that excludes others.
  static override usage = [
    '<%= command.id %> [--rate N | --stages STAGES | --closed] [--url URL] [FLAGS]',
    '<%= command.id %> --selftest [FLAGS]',
  ];
  static override flags = {
    ...loadFlags,
    ...grouped(paceGroup, {
      rate: Flags.string({description: 'requests a second, sent whatever comes back (50)', helpValue: 'N'}),
      duration: Flags.string({description: 'measured time (30s)', helpValue: 'TIME'}),
      stages: Flags.string({
        description: 'DURATION:RATE or DURATION:FROM-TO, separated by commas',
        helpValue: 'STAGES',
      }),
      profile: Flags.option({options: profileNames, description: 'shape of --rate over --duration (constant)'})(),
      closed: Flags.boolean({description: 'send when answered, so many at a time, instead of at a rate'}),
    }),
    ...grouped(resultGroup, {
      repeat: Flags.integer({
        description: `runs; thresholds hold for their median (1; with --save, --compare, --rebuild: ${fewestRepeats})`,
        min: 1,
        max: 1_000,
      }),
      quick: quickFlag,
    }),
    ...baselineFlags,
    ...reportFlags,
    selftest: Flags.boolean({
      description: 'hold the generator itself to the truth, on a server that stalls',
      exclusive: notOfSelftest,
    }),
  };

  async run(): Promise<BenchReport> {
    const live = new LiveLoad(progressOptions(this.jsonEnabled()));
    return this.flags.selftest ? await this.selftest(live) : await this.load(live);
  }

  private async load(live: LiveLoad): Promise<BenchReport> {
    const {flags, system} = this;
    const thresholds = parseThresholds(flags.threshold ?? []);
    const request = parseLoad(flags);
    if (flags.html !== undefined) requireWritable(flags.html, '--html');
    requireBaselineName(system, flags.save);
    const repeats = this.repeats();
    if (this.isCompared() && repeats < fewestRepeats) this.tell(quickNotice(repeats));
    const found =
      flags.rebuild === undefined
        ? await this.measure(request, thresholds, live)
        : await this.rebuild(flags.rebuild, request, thresholds, live);
    live.end();
    const {verdict, reason, thresholds: judged, runs, matrix, figures} = found.outcome;
    const compared = matrix === undefined ? {} : {matrix};
    const seen = figures === undefined ? {} : {figures: {now: figures}};
    const shown = {verdict, reason, thresholds: judged, runs, ...seen, ...compared};
    const text = flags.markdown ? benchMarkdown(shown) : benchText(shown, paint, columns());
    const kept = runs.length === 0 ? {} : await this.keep(found).catch((error) => this.notKept(text, error));
    // A reader who leaves in the middle of the text (`| head`) ends the process: with this code, and all kept.
    this.conclude(verdict);
    this.log(text);
    for (const line of keptLines(kept)) this.log(paint.faint(line));
    return {schemaVersion: 1, ...shown, ...kept};
  }

  /** On a full disk, what was measured is still worth the time it took. */
  private notKept(text: string, error: unknown): never {
    if (this.jsonEnabled()) this.tell(text);
    else this.log(text);
    throw error;
  }

  private async measure(
    request: Omit<LoadRequest, 'url'>,
    thresholds: Threshold[],
    live: LiveLoad,
  ): Promise<Measurement> {
    const {flags, system} = this;
    const plan = flags.url === undefined ? await requireDeployedPlan(system) : null;
    const url = plan === null ? parseUrl(flags.url ?? '') : new URL('/embed', plan.urls.api);
    const name = flags.compare ?? flags.against;
    const baseline = name === undefined ? null : comparableBaseline(system, name);
    const repeat = this.repeats();
    const run = () =>
      bench(
        {...request, url},
        {
          signal: system.signal,
          repeat,
          thresholds,
          compared: this.isCompared(),
          onRun: (at) => live.begin(`Run ${at + 1} of ${repeat}: ${shownUrl(url)}, seed ${request.seed + at}`),
          onSecond: (second) => live.second(second),
        },
      );
    const [outcome, figures] =
      plan === null ? [await run(), null] : await withStackFigures({plan, system, usage: usageOf(system, plan)}, run);
    return {plan, baseline, outcome: benchOutcome(outcome, {body: request.body, figures, baseline})};
  }

  /** Another version and this one as stacks like the one here, beside it and in turn. */
  private async rebuild(
    ref: string,
    request: Omit<LoadRequest, 'url'>,
    thresholds: Threshold[],
    live: LiveLoad,
  ): Promise<Measurement> {
    const {system} = this;
    await endOrphans(system, (text) => this.tell(text));
    // What is wrong with the settings is said before anything is built; ports that are free now may not be afterwards.
    await resolveBeside(system);
    this.tell(`Building ${ref}`);
    await using version = await rebuildVersion(system, productRoot, ref);
    const resolved = await resolveBeside(system);
    const {plan, topology} = resolved;
    await using scratch = await scratchStack(system);
    const settings = settingsOf(topology, plan);
    this.tell(`Deploys both in turn as ${identityText(identityOf(plan))}`);
    const title = `${ref} (${version.commit.slice(0, 12)})`;
    const other = otherStack(system, version, {folder: join(scratch.folder, 'other'), settings, plan});
    const repeats = this.repeats();
    const sides = {
      baseline: {title, ...other},
      now: {title: 'now', bring: () => scratch.bring(resolved), end: scratch.end},
    };
    const found = await compareVersions(
      sides,
      {...request, url: new URL('/embed', plan.urls.api)},
      {
        repeats,
        signal: system.signal,
        onRun: (side, round) => live.begin(`${side}, ${round + 1} of ${repeats}`),
        onSecond: (second) => live.second(second),
      },
    );
    return {plan, ...versionsOutcome(found, {title, body: request.body, thresholds, repeats})};
  }

  private repeats(): number {
    const {repeat, quick} = this.flags;
    return this.isCompared() ? comparableRepeats(repeat, {quick, flag: '--repeat'}) : (repeat ?? 1);
  }

  private isCompared(): boolean {
    const {save, compare, against, rebuild} = this.flags;
    return [save, compare, against, rebuild].some((value) => value !== undefined);
  }

  /** Under a deadline of its own: what was measured is kept after an interrupt too, but not as a baseline. */
  private async keep({
    outcome,
    plan,
    baseline,
  }: Measurement): Promise<Pick<BenchReport, 'evidence' | 'report' | 'baseline'>> {
    const {save, html} = this.flags;
    const system = {...this.system, signal: AbortSignal.timeout(30_000)};
    const {verdict, reason, what, thresholds, runs, figures, matrix = null} = outcome;
    const evidence =
      plan === null
        ? undefined
        : await recordEvidence(
            system,
            plan,
            benchFindings(outcome, {configDigest: configDigest(plan), stack: identityOf(plan)}),
          );
    const earlier = baseline === null ? [] : [{label: baseline.name, runs: readRuns(baseline.runs)}];
    const series = [...earlier, {label: baseline === null ? 'run' : 'now', runs}];
    const stack = plan === null ? [] : identityFacts(identityOf(plan));
    const facts = [
      ...stack,
      ...(await reportFacts(system, what)),
      ...(figures === undefined ? [] : stackFiguresFacts(figures)),
    ];
    const title = `bench of ${runs[0]?.target}`;
    const page = htmlReport({title, verdict, reason, facts, thresholds, series, matrix, claims: []});
    const report = keepReport(page, {evidence, asked: html});
    const {aborted} = this.system.signal;
    const saved = plan === null || save === undefined || aborted ? undefined : await this.save(save, plan, outcome);
    return {
      ...(evidence === undefined ? {} : {evidence}),
      ...(report === undefined ? {} : {report}),
      ...(saved === undefined ? {} : {baseline: saved}),
    };
  }

  /** Runs that say nothing would leave every comparison with them unknown. */
  private async save(name: string, plan: Plan, {what, measured, runs}: BenchOutcome): Promise<string | undefined> {
    const {rate} = measured;
    if (rate?.kind === 'repeats') {
      return await saveBaseline(this.system, plan, {name, what, measured, runs: runs.map((run) => ({...run}))});
    }
    this.tell(`Not kept as baseline ${name}: ${rate?.kind === 'missing' ? rate.reason : 'nothing was measured'}`);
    return undefined;
  }

  private async selftest(live: LiveLoad): Promise<BenchReport> {
    const outcomes: Selftest[] = [];
    const {signal} = this.system;
    const repeats = this.repeats();
    for (let run = 0; run < repeats && !signal.aborted; run += 1) {
      live.begin(
        `Selftest ${run + 1} of ${repeats}: ${selftestRate}/s to a server that stops for ${stallSchedule.stallMs} of every ${stallSchedule.periodMs} ms`,
      );
      const outcome = await selftest(selftestPeriods, {signal, onSecond: (second) => live.second(second)});
      live.end();
      outcomes.push(outcome);
      this.log(
        `\n${selftestTable(outcome.figures, columns())}\n${wrapped(`${verdictColour[outcome.verdict](outcome.verdict)}: ${outcome.reason}`, columns())}`,
      );
    }
    const report = selftestReport(outcomes, repeats);
    this.conclude(report.verdict);
    return report;
  }
}

function usageOf(system: System, plan: Plan) {
  return async (signal: AbortSignal) => (await runtimeFor(system, plan)).usage(signal);
}

const verdictColour = {pass: paint.good, fail: paint.bad, unknown: paint.unsure} satisfies Record<Verdict, unknown>;
