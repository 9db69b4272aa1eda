import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {benchFlags, benchRepeats, isCompared} from '../cli/flags/bench-flags.js';
import {quickNotice} from '../cli/flags/repeats.js';
import {liveWatch} from '../cli/live/live-watch.js';
import {paint} from '../cli/paint.js';
import {selftestText} from '../cli/views/selftest-view.js';
import {keptLines} from '../cli/views/shown-path.js';
import {resultOf} from '../experiment/bench/bench-outcome.js';
import type {BenchReport} from '../experiment/bench/bench-report.js';
import {loadDefaults, parseLoad} from '../experiment/load/request/parse-load.js';
import {profileNames} from '../experiment/load/request/profiles.js';
import {parseThresholds} from '../experiment/load/result/judge-bench.js';
import {benchMarkdown, benchText} from '../report/bench/bench-views.js';
import {benchSelftest} from '../trial/bench-selftest.js';
import {keepBench} from '../trial/keep-bench.js';
import {runBench} from '../trial/run-bench.js';

export default class Bench extends BaseCommand<typeof Bench> {
  static override aliases = ['load-test'];
  static override description = 'load test the running stack, or any URL, and report latency and throughput';
  static override examples = [
    '<%= config.bin %> bench --rate 200 --duration 30s --threshold "p99<50ms"',
    '<%= config.bin %> bench --stages 10s:100,10s:100-1000,10s:100 --workload zipf:1.1:100000',
    '<%= config.bin %> bench --closed --connections 32 --url http://127.0.0.1:8888/embed --json',
    '<%= config.bin %> bench --rate 200 --duration 10s --save main',
    '<%= config.bin %> bench --rate 200 --duration 10s --compare main',
    '<%= config.bin %> bench --selftest',
  ];
  // Made from the flags it would hold all of them, and an empty alternative for each that excludes others.
  static override usage = [
    '<%= command.id %> [--rate N | --stages STAGES | --closed] [--url URL] [FLAGS]',
    '<%= command.id %> --selftest [FLAGS]',
  ];
  static override flags = benchFlags(profileNames, loadDefaults);

  async run(): Promise<BenchReport> {
    return this.flags.selftest ? await this.selftest() : await this.load();
  }

  private async load(): Promise<BenchReport> {
    const {flags, system} = this;
    const {url, save, html, rebuild} = flags;
    const load = {request: parseLoad(flags), thresholds: parseThresholds(flags.threshold ?? [])};
    const repeats = benchRepeats(flags);
    const compared = isCompared(flags);
    if (compared && quickNotice(repeats) !== '') this.tell(quickNotice(repeats));
    const watch = liveWatch(this.jsonEnabled(), (text) => this.tell(text));
    const against = flags.compare ?? flags.against;
    const found = await runBench(system, {...load, repeats, compared, url, against, rebuild, save, html}, watch);
    watch.end();
    const shown = resultOf(found.outcome);
    const text = flags.markdown ? benchMarkdown(shown) : benchText(shown, paint, columns());
    const wanted = {save, html, tell: watch.tell};
    const kept =
      shown.runs.length === 0 ? {} : await keepBench(system, found, wanted).catch((error) => this.notKept(text, error));
    // A reader who leaves in the middle of the text (`| head`) ends the process: with this code, and all kept.
    this.conclude(shown.verdict);
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

  private async selftest(): Promise<BenchReport> {
    const watch = liveWatch(this.jsonEnabled(), (text) => this.tell(text));
    const {signal} = this.system;
    const onOutcome = (outcome: Parameters<typeof selftestText>[0]) => this.log(selftestText(outcome));
    const report = await benchSelftest(benchRepeats(this.flags), {...watch, signal, onOutcome});
    this.conclude(report.verdict);
    return report;
  }
}
