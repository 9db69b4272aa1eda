import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {LiveLoad} from '../cli/live-load.js';
import {loadFlags} from '../cli/load-flags.js';
import {paint} from '../cli/paint.js';
import {progressOptions} from '../cli/progress.js';
import type {ThresholdResult} from '../decision/threshold.js';
import type {Verdict} from '../decision/verdict.js';
import {failures} from '../errors.js';
import {type Bench as BenchOutcome, bench} from '../experiment/load/bench.js';
import {parseThresholds} from '../experiment/load/judge-bench.js';
import {parseLoad, parseUrl} from '../experiment/load/parse-load.js';
import {profileNames} from '../experiment/load/profiles.js';
import type {RunResult} from '../experiment/load/run-result.js';
import {
  type Selftest,
  type SelftestFigure,
  selftest,
  selftestPeriods,
  selftestRate,
  stallSchedule,
} from '../experiment/load/selftest/selftest.js';
import {errorLines, latencyChart, latencyTable, loadTable, thresholdTable} from '../report/bench-text.js';
import {selftestTable} from '../report/selftest-text.js';
import {requireDeployedPlan} from '../stack/deployed-plan.js';

interface BenchResult {
  schemaVersion: 1;
  verdict: Verdict;
  reason: string;
  thresholds: ThresholdResult[];
  runs: RunResult[];
  /** With --selftest: one entry a run. */
  selftest?: SelftestFigure[][];
}

const chartWidth = 60;

export default class Bench extends BaseCommand<typeof Bench> {
  static override aliases = ['load-test'];
  static override description = 'load the running stack, or any URL, and say how long its answers take';
  static override examples = [
    '<%= config.bin %> bench --rate 200 --duration 30s --threshold "p99<50ms"',
    '<%= config.bin %> bench --stages 10s:100,10s:100-1000,10s:100 --workload zipf:1.1:100000',
    '<%= config.bin %> bench --closed --connections 32 --url http://127.0.0.1:8888/embed --json',
    '<%= config.bin %> bench --selftest',
  ];
  static override flags = {
    ...loadFlags,
    rate: Flags.string({description: 'requests a second, sent whatever comes back (50)', helpValue: 'N'}),
    duration: Flags.string({description: 'measured time (30s)', helpValue: 'TIME'}),
    stages: Flags.string({description: 'DURATION:RATE or DURATION:FROM-TO, separated by commas', helpValue: 'STAGES'}),
    profile: Flags.option({options: profileNames, description: 'shape of --rate over --duration (constant)'})(),
    closed: Flags.boolean({description: 'send when answered, so many at a time, instead of at a rate'}),
    repeat: Flags.integer({description: 'runs; thresholds hold for their median', min: 1, max: 1_000, default: 1}),
    selftest: Flags.boolean({description: 'hold the generator itself to the truth, on a server that stalls'}),
  };

  async run(): Promise<BenchResult> {
    const live = new LiveLoad(progressOptions(this.jsonEnabled()));
    const result = this.flags.selftest ? await this.selftest(live) : await this.load(live);
    live.end();
    const {signal} = this.system;
    if (signal.aborted) process.exitCode = failures.INTERRUPTED.exit;
    else this.conclude(result.verdict);
    return result;
  }

  private async load(live: LiveLoad): Promise<BenchResult> {
    const {flags, system} = this;
    const thresholds = parseThresholds(flags.threshold ?? []);
    const request = parseLoad(flags);
    const url = flags.url === undefined ? await this.stackUrl() : parseUrl(flags.url);
    const outcome = await bench(
      {...request, url},
      {
        signal: system.signal,
        repeat: flags.repeat,
        thresholds,
        onRun: (run) => live.begin(`Run ${run + 1} of ${flags.repeat}: ${url.href}, seed ${request.seed + run}`),
        onSecond: (second) => live.second(second),
      },
    );
    live.end();
    this.show(outcome);
    return {schemaVersion: 1, ...outcome};
  }

  private async stackUrl(): Promise<URL> {
    const plan = await requireDeployedPlan(this.system);
    return new URL('/embed', plan.urls.api);
  }

  private show({runs, thresholds, verdict, reason}: BenchOutcome): void {
    const [first] = runs;
    if (first === undefined) return;
    this.log(`\n${paint.strong(first.target)}: ${first.profile.text}; ${first.workload}`);
    this.log(`\n${latencyTable(runs)}\n\n${loadTable(runs)}`);
    const errors = errorLines(runs);
    if (errors.length > 0) this.log(paint.bad(`\nErrors by kind:\n${errors.join('\n')}`));
    const chart = latencyChart(runs.at(-1) ?? first, chartWidth);
    if (chart !== '') this.log(`\n${chart}`);
    const waited = Math.max(...runs.map(({waitedForConnectionRatio}) => waitedForConnectionRatio));
    if (waited > 0.01) {
      const share = `${(100 * waited).toFixed(0)} % of the requests waited for one of ${first.profile.connections} connections`;
      this.log(paint.faint(`\n${share}: the target is slower than the rate, or --connections too few.`));
    }
    this.log(`\n${thresholdTable(thresholds)}\n\n${verdictColour[verdict](verdict)}: ${reason}`);
  }

  private async selftest(live: LiveLoad): Promise<BenchResult> {
    const outcomes: Selftest[] = [];
    const {signal} = this.system;
    for (let run = 0; run < this.flags.repeat && !signal.aborted; run += 1) {
      live.begin(
        `Selftest ${run + 1} of ${this.flags.repeat}: ${selftestRate}/s to a server that stops for ${stallSchedule.stallMs} of every ${stallSchedule.periodMs} ms`,
      );
      const outcome = await selftest(selftestPeriods, {signal, onSecond: (second) => live.second(second)});
      live.end();
      outcomes.push(outcome);
      this.log(
        `\n${selftestTable(outcome.figures)}\n${verdictColour[outcome.verdict](outcome.verdict)}: ${outcome.reason}`,
      );
    }
    return selftestResult(outcomes);
  }
}

const verdictColour = {pass: paint.good, fail: paint.bad, unknown: paint.unsure} satisfies Record<Verdict, unknown>;

function selftestResult(outcomes: Selftest[]): BenchResult {
  const count = (verdict: Verdict) => outcomes.filter((outcome) => outcome.verdict === verdict).length;
  const verdict = count('fail') > 0 ? 'fail' : count('unknown') > 0 || outcomes.length === 0 ? 'unknown' : 'pass';
  const reason =
    outcomes.length === 1
      ? (outcomes[0]?.reason ?? '')
      : `${count('pass')} of ${outcomes.length} passed, ${count('fail')} failed, ${count('unknown')} unknown`;
  return {
    schemaVersion: 1,
    verdict,
    reason,
    thresholds: [],
    runs: outcomes.map(({run}) => run),
    selftest: outcomes.map(({figures}) => figures),
  };
}
