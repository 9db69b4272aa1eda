import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {baselineFlags, notOfSelftest, reportFlags} from '../cli/flags/bench-flags.js';
import {grouped} from '../cli/flags/grouped.js';
import {loadFlags, paceGroup, resultGroup} from '../cli/flags/load-flags.js';
import {comparableRepeats, quickFlag, quickNotice} from '../cli/flags/repeats.js';
import {liveWatch} from '../cli/live/live-watch.js';
import {paint} from '../cli/paint.js';
import {keptLines} from '../cli/views/shown-path.js';
import {fewestRepeats} from '../decision/decide.js';
import type {Verdict} from '../decision/verdict.js';
import type {BenchReport} from '../experiment/bench/bench-report.js';
import {selftestReport} from '../experiment/bench/selftest-report.js';
import {parseLoad} from '../experiment/load/request/parse-load.js';
import {profileNames} from '../experiment/load/request/profiles.js';
import {parseThresholds} from '../experiment/load/result/judge-bench.js';
import {
  type Selftest,
  selftest,
  selftestPeriods,
  selftestRate,
  stallSchedule,
} from '../experiment/load/selftest/selftest.js';
import {benchMarkdown, benchText} from '../report/bench/bench-views.js';
import {selftestTable} from '../report/bench/selftest-text.js';
import {wrapped} from '../report/wrap.js';
import {requireWritable} from '../system/folders/require-path.js';
import {requireBaselineName} from '../trial/baselines.js';
import {benchTarget} from '../trial/bench-target.js';
import {benchVersions} from '../trial/bench-versions.js';
import {keepBench} from '../trial/keep-bench.js';

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
    return this.flags.selftest ? await this.selftest() : await this.load();
  }

  private async load(): Promise<BenchReport> {
    const {flags, system} = this;
    const thresholds = parseThresholds(flags.threshold ?? []);
    const request = parseLoad(flags);
    if (flags.html !== undefined) requireWritable(flags.html, '--html');
    requireBaselineName(system, flags.save);
    const repeats = this.repeats();
    if (this.isCompared() && repeats < fewestRepeats) this.tell(quickNotice(repeats));
    const asked = {request, thresholds, repeats, compared: this.isCompared()};
    const watch = liveWatch(this.jsonEnabled(), (text) => this.tell(text));
    const found =
      flags.rebuild === undefined
        ? await benchTarget(system, {...asked, url: flags.url, against: flags.compare ?? flags.against}, watch)
        : await benchVersions(system, flags.rebuild, asked, watch);
    watch.end();
    const {verdict, reason, thresholds: judged, runs, matrix, figures} = found.outcome;
    const compared = matrix === undefined ? {} : {matrix};
    const seen = figures === undefined ? {} : {figures: {now: figures}};
    const shown = {verdict, reason, thresholds: judged, runs, ...seen, ...compared};
    const text = flags.markdown ? benchMarkdown(shown) : benchText(shown, paint, columns());
    const wanted = {save: flags.save, html: flags.html, tell: watch.tell};
    const kept =
      runs.length === 0 ? {} : await keepBench(system, found, wanted).catch((error) => this.notKept(text, error));
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

  private repeats(): number {
    const {repeat, quick} = this.flags;
    return this.isCompared() ? comparableRepeats(repeat, {quick, flag: '--repeat'}) : (repeat ?? 1);
  }

  private isCompared(): boolean {
    const {save, compare, against, rebuild} = this.flags;
    return [save, compare, against, rebuild].some((value) => value !== undefined);
  }

  private async selftest(): Promise<BenchReport> {
    const live = liveWatch(this.jsonEnabled(), (text) => this.tell(text));
    const outcomes: Selftest[] = [];
    const {signal} = this.system;
    const repeats = this.repeats();
    for (let run = 0; run < repeats && !signal.aborted; run += 1) {
      live.begin(
        `Selftest ${run + 1} of ${repeats}: ${selftestRate}/s to a server that stops for ${stallSchedule.stallMs} of every ${stallSchedule.periodMs} ms`,
      );
      const outcome = await selftest(selftestPeriods, {signal, onSecond: live.second});
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

const verdictColour = {pass: paint.good, fail: paint.bad, unknown: paint.unsure} satisfies Record<Verdict, unknown>;
