import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {Flags} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {reportFlags} from '../../cli/bench-flags.js';
import {columns} from '../../cli/columns.js';
import {LiveLoad} from '../../cli/live-load.js';
import {loadFlags} from '../../cli/load-flags.js';
import {paint} from '../../cli/paint.js';
import {progressOptions} from '../../cli/progress.js';
import {comparableRepeats, quickFlag, quickNotice} from '../../cli/repeats.js';
import {keptLines} from '../../cli/shown-path.js';
import {flagLayers, topologyFlags} from '../../cli/topology-flags.js';
import {type JudgedClaim, judgeClaims} from '../../decision/claim.js';
import {fewestRepeats} from '../../decision/decide.js';
import type {Matrix} from '../../decision/matrix-schema.js';
import type {BenchOption, OptionSet} from '../../experiment/bench/bench-option.js';
import type {BenchReport} from '../../experiment/bench/bench-report.js';
import {identityOf} from '../../experiment/bench/identity-of-plan.js';
import {
  figuresSeen,
  measureOption,
  nothingSeen,
  runsSeen,
  type Seen,
  seenBeside,
} from '../../experiment/bench/measure-option.js';
import {measureOptions, type OptionRun} from '../../experiment/bench/measure-options.js';
import {optionSetNames, optionSets} from '../../experiment/bench/option-sets.js';
import {optionsFindings} from '../../experiment/bench/options-findings.js';
import {optionsMatrix} from '../../experiment/bench/options-matrix.js';
import {measuredFigures} from '../../experiment/bench/stack-figures.js';
import {withInference} from '../../experiment/bench/with-inference.js';
import {parseLoad} from '../../experiment/load/parse-load.js';
import type {RunResult} from '../../experiment/load/run-result.js';
import {claimsMarkdown, claimsTable} from '../../report/claims-table.js';
import {htmlReport} from '../../report/html/html-report.js';
import {markdownTable} from '../../report/markdown-table.js';
import {matrixMarkdown} from '../../report/matrix-markdown.js';
import {matrixTable} from '../../report/matrix-table.js';
import {stackFiguresNotes, stackFiguresTable} from '../../report/stack-figures-table.js';
import {identityText} from '../../report/stack-identity-text.js';
import {tableWithin} from '../../report/table.js';
import {wrapped} from '../../report/wrap.js';
import {recordEvidence} from '../../stack/evidence-folder.js';
import {keepReport, reportFacts} from '../../stack/keep-report.js';
import type {ResolvedStack} from '../../stack/resolve-stack.js';
import {runningSettings} from '../../stack/running-settings.js';
import {endOrphans} from '../../stack/scratch-orphans.js';
import {freePortOffset, resolveOn, scratchSettings, scratchStack} from '../../stack/scratch-stack.js';
import {requireWritable} from '../../system/require-path.js';
import type {Layer} from '../../topology/environment.js';
import type {Plan} from '../../topology/plan-schema.js';

interface Measuring {
  set: OptionSet;
  repeats: number;
  load: ReturnType<typeof parseLoad>;
  resolved: (option: BenchOption) => Promise<ResolvedStack>;
}

/** Of more, a closed loop mostly shows how long the queue is. */
const fewConnections = 4;

export default class BenchMatrix extends BaseCommand<typeof BenchMatrix> {
  static override description =
    'deploy each option beside what runs, measure all interleaved, and say which to choose and why';
  static override examples = [
    '<%= config.bin %> bench matrix --options phases',
    '<%= config.bin %> bench matrix --options threads --duration 5s --repeats 20 --html threads.html',
    '<%= config.bin %> bench matrix --options cache --rate 20 --workload zipf:1.1:5000 --json',
  ];
  static override flags = {
    options: Flags.option({options: optionSetNames, description: 'what to choose among', required: true})(),
    repeats: Flags.integer({description: `runs of each option (${fewestRepeats})`, min: 1}),
    quick: quickFlag,
    rate: Flags.string({
      description: 'requests a second; without it a closed loop',
      helpValue: 'N',
      exclusive: ['closed'],
    }),
    closed: Flags.boolean({description: 'send when answered (the default)'}),
    duration: Flags.string({description: 'measured time of each run', default: '10s', helpValue: 'TIME'}),
    workload: Flags.string({description: 'the texts, as in sutra bench', default: 'zipf:1.1:1000'}),
    words: loadFlags.words,
    connections: Flags.integer({description: 'at most so many requests on their way (4)', min: 1, max: 20_000}),
    workers: loadFlags.workers,
    warmup: loadFlags.warmup,
    timeout: loadFlags.timeout,
    arrivals: loadFlags.arrivals,
    seed: loadFlags.seed,
    edition: topologyFlags.edition,
    runtime: topologyFlags.runtime,
    model: topologyFlags.model,
    dimension: topologyFlags.dimension,
    replicas: topologyFlags.replicas,
    cache: topologyFlags.cache,
    'port-offset': topologyFlags['port-offset'],
    ...reportFlags,
  };

  async run(): Promise<BenchReport> {
    const {flags, system} = this;
    const set = optionSets[flags.options];
    if (flags.html !== undefined) requireWritable(flags.html, '--html');
    const closed = flags.rate === undefined;
    const connections = flags.connections ?? fewConnections;
    const load = parseLoad({...flags, closed, batch: '1', dimension: undefined, connections});
    const repeats = comparableRepeats(flags.repeats, {quick: flags.quick, flag: '--repeats'});
    await endOrphans(system, (text) => this.tell(text));
    const resolved = await this.resolver(set);
    for (const line of resolved.says) this.tell(line);
    if (repeats < fewestRepeats) this.tell(quickNotice(repeats));
    const seen = nothingSeen();
    await this.measure({set, load, repeats, resolved: resolved.of}, seen);
    const figures = figuresSeen(set, seen);
    const matrix = optionsMatrix(set, seen.attempts, seenBeside(set, seen));
    const claims = judgeClaims(set.claims, matrix, seen.computed);
    const reason = system.signal.aborted ? `interrupted, partial: ${matrix.reason}` : matrix.reason;
    const kept = await this.keep(set, seen, {matrix, claims, figures, reason, plan: resolved.base});
    this.conclude(matrix.verdict);
    this.show(set, {matrix, claims, figures, reason});
    const again = seen.discarded === 1 ? '1 run was' : `${seen.discarded} runs were`;
    if (seen.discarded > 0) this.log(paint.faint(`${again} made again: the generator had been late.`));
    for (const line of keptLines(kept)) this.log(paint.faint(line));
    const {verdict} = matrix;
    return {
      schemaVersion: 1,
      verdict,
      reason,
      thresholds: [],
      figures,
      matrix,
      claims,
      ...runsOf(seen.attempts),
      ...kept,
    };
  }

  /** What each option is deployed as, and that in words. What is wrong whatever the option is said before anything starts. */
  private async resolver(set: OptionSet) {
    const {flags, system} = this;
    const running = runningSettings(system);
    const layers = [...flagLayers(flags), ...modelFolder(flags.model)];
    const resolved = (asked: Layer[], portOffset: number): Promise<ResolvedStack> => {
      const scratch = {origin: 'bench matrix', settings: scratchSettings(portOffset)};
      return resolveOn(system, running, [...layers, ...asked, scratch]);
    };
    const resolveOption = async (option: BenchOption, portOffset: number): Promise<ResolvedStack> => {
      const found = await resolved([{origin: `option ${option.id}`, settings: option.settings}], portOffset);
      return {...found, plan: withInference(found.plan, option)};
    };
    await resolved([], 0);
    const plans = await Promise.allSettled(set.options.map((option) => resolveOption(option, 0)));
    const planned = plans.flatMap((each) => (each.status === 'fulfilled' ? [each.value.plan] : []));
    const offset = flags['port-offset'] ?? (await freePortOffset(planned));
    const {plan: base} = await resolved([], offset);
    const whose = running === null ? 'sutra.yaml, the environment and defaults' : 'the stack that runs here';
    const says = [`Deploys in turn, on ports + ${offset}, with the settings of ${whose}:`, ...optionLines(set, plans)];
    return {base, says, of: (option: BenchOption) => resolveOption(option, offset)};
  }

  /** An interrupt ends it with what was seen by then; nothing that was started stays. */
  private async measure({set, load, repeats, resolved}: Measuring, seen: Seen): Promise<void> {
    const {system} = this;
    const live = new LiveLoad(progressOptions(this.jsonEnabled()));
    await using scratch = await scratchStack(system);
    let cell = 0;
    const measure = async (option: BenchOption): Promise<RunResult> => {
      cell += 1;
      const round = runsSeen(seen, option) + 1;
      live.begin(`${cell} of ${set.options.length * repeats}: ${option.title}, round ${round} of ${repeats}`);
      const wanted = await resolved(option);
      return measureOption(option, {
        ...{set, load, seen, stack: {plan: wanted.plan, system, usage: scratch.usage(wanted.plan)}},
        bring: () => scratch.bring(wanted),
        onSecond: (second) => live.second(second),
        note: (text) => live.begin(`  ${text}`),
      });
    };
    try {
      const rounds = measureOptions(set.options, {repeats, seed: load.seed, measure, signal: system.signal});
      for await (const attempt of rounds) {
        seen.attempts.push(attempt);
        live.end();
        this.tell(`  ${attemptText(attempt)}`);
      }
    } catch (error) {
      live.end();
      if (!system.signal.aborted) throw error;
      this.tell('Interrupted: ending what was started');
    }
  }

  private show(set: OptionSet, {matrix, claims: judged, figures, reason}: Judged): void {
    // After an interrupt nearly all are unknown, for one and the same reason, which stands above.
    const claims = this.system.signal.aborted ? judged.filter(({word}) => word !== 'unknown') : judged;
    const options = set.options.map(({id, title}) => ({title, figures: figures[id] ?? measuredFigures([])}));
    const notes = stackFiguresNotes(options.map((option) => option.figures));
    if (this.flags.markdown) {
      this.log(matrixMarkdown({...matrix, reason}));
      this.log(stackFiguresTable(options, markdownTable));
      for (const note of notes) this.log(`\n${note}`);
      if (claims.length > 0) this.log(`\n${claimsMarkdown(claims)}`);
      return;
    }
    this.log(`\n${paint.strong(set.title)}\n${matrixTable({...matrix, reason}, paint, columns())}`);
    this.log(`\n${stackFiguresTable(options, tableWithin(columns()))}`);
    for (const note of notes) this.log(wrapped(note, columns()));
    if (claims.length > 0) this.log(`\n${claimsTable(claims, paint, columns())}`);
  }

  private async keep(set: OptionSet, seen: Seen, {matrix, claims, reason, plan}: Judged & {plan: Plan}) {
    const {attempts, what, digests, stacks} = seen;
    if (attempts.length === 0) return {};
    const system = {...this.system, signal: AbortSignal.timeout(30_000)};
    const findings = optionsFindings(set, attempts, {
      verdict: matrix.verdict,
      what,
      digests,
      stacks,
      extra: seenBeside(set, seen),
    });
    const evidence = await recordEvidence(system, plan, findings);
    const series = set.options.map(({id, title}) => ({label: title, runs: runsOf(attempts, id).runs}));
    const again = ['runs made again, the generator late', String(seen.discarded)] as const;
    const ran = set.options.flatMap(({id, title}) =>
      stacks[id] === undefined ? [] : [[title, identityText(stacks[id])] as const],
    );
    const facts = [...(await reportFacts(system, what)), again, ...ran];
    const {verdict} = matrix;
    const page = htmlReport({
      title: `bench matrix: ${set.title}`,
      verdict,
      reason,
      facts,
      thresholds: [],
      series,
      matrix,
      claims,
    });
    const report = keepReport(page, {evidence, asked: this.flags.html});
    return {evidence, ...(report === undefined ? {} : {report})};
  }
}

interface Judged {
  matrix: Matrix;
  claims: JudgedClaim[];
  figures: ReturnType<typeof figuresSeen>;
  reason: string;
}

/** One line an option: what it will be deployed as, or why it will not. */
function optionLines({options}: OptionSet, plans: readonly PromiseSettledResult<ResolvedStack>[]): string[] {
  return options.map(({title}, place) => {
    const found = plans[place];
    if (found?.status === 'fulfilled') return `  ${title}: ${identityText(identityOf(found.value.plan))}`;
    return `  ${title} is left out: ${found?.reason instanceof Error ? found.reason.message : found?.reason}`;
  });
}

/** A folder is meant from where the command was typed, and is deployed from another. */
function modelFolder(model: string | undefined): Layer[] {
  if (model === undefined || !existsSync(resolve(model))) return [];
  return [{origin: '--model', settings: {model: resolve(model)}}];
}

function attemptText({run, failure, option}: OptionRun): string {
  if (run === null) return `${option.title} is left out: ${failure}`;
  const {achievedPerSecond, latencyMs, errors} = run;
  const number = (value: number | null) => (value === null ? '-' : String(Number(value.toPrecision(3))));
  const spoilt = run.verdict === 'ok' ? '' : `; unknown: ${run.reason}`;
  return `${number(achievedPerSecond)}/s, p50 ${number(latencyMs.p50)} ms, p99 ${number(latencyMs.p99)} ms, ${errors.total} errors${spoilt}`;
}

/** The runs, of one option or of all, and which is whose. */
function runsOf(
  attempts: readonly OptionRun[],
  option?: string,
): {runs: RunResult[]; attempts: NonNullable<BenchReport['attempts']>} {
  const own = attempts.filter((attempt) => option === undefined || attempt.option.id === option);
  const runs: RunResult[] = [];
  const places = own.map(({option: {id}, round, run, failure}) => {
    if (run !== null) runs.push(run);
    return {option: id, round, run: run === null ? null : runs.length - 1, failure};
  });
  return {runs, attempts: places};
}
