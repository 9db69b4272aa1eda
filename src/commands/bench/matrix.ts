import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {Flags} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {matrixConnections, matrixFlags} from '../../cli/flags/matrix-flags.js';
import {comparableRepeats, quickNotice} from '../../cli/flags/repeats.js';
import {flagLayers} from '../../cli/flags/topology-flags.js';
import {liveWatch} from '../../cli/live/live-watch.js';
import {paint} from '../../cli/paint.js';
import {matrixPage, matrixText} from '../../cli/views/matrix-view.js';
import {keptLines} from '../../cli/views/shown-path.js';
import type {BenchReport} from '../../experiment/bench/bench-report.js';
import {optionSetNames, optionSets} from '../../experiment/bench/matrix/option-sets.js';
import {runsOf} from '../../experiment/bench/matrix/runs-of-attempts.js';
import {measuredFigures} from '../../experiment/bench/stack-figures.js';
import {parseLoad} from '../../experiment/load/request/parse-load.js';
import {requireWritable} from '../../system/folders/require-path.js';
import type {Layer} from '../../topology/settings/environment.js';
import {runMatrix} from '../../trial/run-matrix.js';

export default class BenchMatrix extends BaseCommand<typeof BenchMatrix> {
  static override description =
    'deploy each option of a set beside the running stack, measure all of them interleaved, and recommend one';
  static override examples = [
    '<%= config.bin %> bench matrix --options phases',
    '<%= config.bin %> bench matrix --options threads --duration 5s --repeats 20 --html threads.html',
    '<%= config.bin %> bench matrix --options cache --rate 20 --workload zipf:1.1:5000 --json',
  ];
  static override flags = {
    options: Flags.option({options: optionSetNames, description: 'options to compare', required: true})(),
    ...matrixFlags,
  };

  async run(): Promise<BenchReport> {
    const {flags, system} = this;
    const set = optionSets[flags.options];
    if (flags.html !== undefined) requireWritable(flags.html, '--html');
    const closed = flags.rate === undefined;
    const connections = flags.connections ?? matrixConnections;
    const load = parseLoad({...flags, closed, batch: '1', dimension: undefined, connections});
    const repeats = comparableRepeats(flags.repeats, {quick: flags.quick, flag: '--repeats'});
    const layers = [...flagLayers(flags), ...modelFolder(flags.model)];
    const {html, 'port-offset': portOffset} = flags;
    const asked = {set, load, repeats, layers, portOffset, notice: quickNotice(repeats), html};
    const found = await runMatrix(
      system,
      asked,
      liveWatch(this.jsonEnabled(), (text) => this.tell(text)),
    );
    const {claims, figures, reason, attempts, discarded, kept} = found;
    const {verdict} = found.matrix;
    this.conclude(verdict);
    const matrix = {...found.matrix, reason};
    const options = set.options.map(({id, title}) => ({title, figures: figures[id] ?? measuredFigures([])}));
    const shown = {title: set.title, matrix, claims, options, isPartial: system.signal.aborted};
    this.log(flags.markdown ? matrixPage(shown) : matrixText(shown));
    const again = discarded === 1 ? '1 run was' : `${discarded} runs were`;
    if (discarded > 0) this.log(paint.faint(`${again} repeated because the generator fell behind.`));
    for (const line of keptLines(kept)) this.log(paint.faint(line));
    const told = {verdict, reason, thresholds: [], figures, matrix: found.matrix, claims};
    return {schemaVersion: 1, ...told, ...runsOf(attempts), ...kept};
  }
}

/** A folder is meant from where the command was typed, and is deployed from another. */
function modelFolder(model: string | undefined): Layer[] {
  if (model === undefined || !existsSync(resolve(model))) return [];
  return [{origin: '--model', settings: {model: resolve(model)}}];
}
