import {Flags} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {reportFlags} from '../../cli/flags/bench-flags.js';
import {connectionsFlag, loadFlags, thresholdFlag} from '../../cli/flags/load-flags.js';
import {liveWatch} from '../../cli/live/live-watch.js';
import {paint} from '../../cli/paint.js';
import {capacityView} from '../../cli/views/capacity-view.js';
import {keptLines} from '../../cli/views/shown-path.js';
import {SutraError} from '../../errors.js';
import type {CapacityReport} from '../../experiment/bench/capacity-report.js';
import {loadDefaults, parseLoad} from '../../experiment/load/request/parse-load.js';
import {parseDuration, parseRate} from '../../experiment/load/request/parse-quantity.js';
import {parseThresholds} from '../../experiment/load/result/judge-bench.js';
import {trialText} from '../../report/bench/capacity-text.js';
import {requireWritable} from '../../system/folders/require-path.js';
import {benchCapacity} from '../../trial/bench-capacity.js';

const defaultThresholds = ['p99<100ms'];
const precision = 1.1;

export default class FindCapacity extends BaseCommand<typeof FindCapacity> {
  static override description = 'find the highest rate at which the running stack, or any URL, meets the thresholds';
  static override examples = [
    '<%= config.bin %> bench find-capacity --threshold "p99<50ms" --duration 10s',
    '<%= config.bin %> bench find-capacity --workload unique --html capacity.html',
  ];
  static override flags = {
    ...loadFlags,
    threshold: thresholdFlag(` (default ${defaultThresholds.join(', ')})`),
    connections: connectionsFlag(loadDefaults.connections),
    start: Flags.string({
      description: 'first rate to try; unless set, half the rate of a short closed loop',
      helpValue: 'N',
    }),
    highest: Flags.string({description: 'highest rate to try', default: '100000', helpValue: 'N'}),
    duration: Flags.string({description: 'measured time of each trial', default: '10s', helpValue: 'TIME'}),
    html: reportFlags.html,
  };

  async run(): Promise<CapacityReport> {
    const {flags, system} = this;
    const thresholds = parseThresholds(flags.threshold ?? defaultThresholds);
    const request = parseLoad({...flags, closed: false});
    const search = {...parseSearch(flags), precision};
    const trialMs = parseDuration(flags.duration, '--duration');
    if (flags.html !== undefined) requireWritable(flags.html, '--html');
    const watch = liveWatch(this.jsonEnabled(), (text) => this.tell(text));
    const asked = {request, thresholds, search, trialMs, url: flags.url, html: flags.html};
    const {capacity, kept} = await benchCapacity(system, asked, {
      ...watch,
      onTrialEnd: (trial) => {
        watch.end();
        this.tell(`  ${trialText(trial)}`);
      },
    });
    watch.end();
    this.conclude(capacity.verdict);
    this.log(capacityView(capacity));
    for (const line of keptLines(kept)) this.log(paint.faint(line));
    return {schemaVersion: 1, ...capacity, ...kept};
  }
}

function parseSearch({start, highest}: {start?: string | undefined; highest: string}) {
  const startPerSecond = start === undefined ? null : parseRate(start, '--start');
  const highestPerSecond = parseRate(highest, '--highest');
  if (startPerSecond === null || startPerSecond <= highestPerSecond) return {startPerSecond, highestPerSecond};
  throw new SutraError('USAGE', `--start ${start} is above --highest ${highest}`, {
    cure: 'lower --start, or raise --highest',
  });
}
