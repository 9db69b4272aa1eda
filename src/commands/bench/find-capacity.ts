import {Flags} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {LiveLoad} from '../../cli/live-load.js';
import {loadFlags} from '../../cli/load-flags.js';
import {paint} from '../../cli/paint.js';
import {progressOptions} from '../../cli/progress.js';
import {SutraError} from '../../errors.js';
import {type Capacity, type CapacityTrial, findCapacity} from '../../experiment/load/find-capacity.js';
import {parseThresholds} from '../../experiment/load/judge-bench.js';
import {parseLoad, parseUrl} from '../../experiment/load/parse-load.js';
import {parseDuration, parseRate} from '../../experiment/load/parse-quantity.js';
import type {RunSecond} from '../../experiment/load/run-result.js';
import {capacityTable, kneeChart, trialText} from '../../report/capacity-text.js';
import {requireDeployedPlan} from '../../stack/deployed-plan.js';

const defaultThresholds = ['p99<100ms'];
const precision = 1.1;

export default class FindCapacity extends BaseCommand<typeof FindCapacity> {
  static override description = 'the highest rate at which the stack, or any URL, keeps the thresholds';
  static override examples = ['<%= config.bin %> bench find-capacity --threshold "p99<50ms" --duration 10s'];
  static override flags = {
    ...loadFlags,
    start: Flags.string({description: 'first rate to try; default: half of what a closed loop gets', helpValue: 'N'}),
    highest: Flags.string({description: 'no rate above this is tried', default: '100000', helpValue: 'N'}),
    duration: Flags.string({description: 'measured time of each trial', default: '10s', helpValue: 'TIME'}),
  };

  async run(): Promise<{schemaVersion: 1} & Capacity> {
    const {flags, system} = this;
    const thresholds = parseThresholds(flags.threshold ?? defaultThresholds);
    const request = parseLoad({...flags, closed: false});
    const search = {...parseSearch(flags), precision};
    const trialMs = parseDuration(flags.duration, '--duration');
    const url = flags.url === undefined ? await this.stackUrl() : parseUrl(flags.url);
    const live = new LiveLoad(progressOptions(this.jsonEnabled()));
    const options = {
      signal: system.signal,
      thresholds,
      trialMs,
      search,
      onLook: () => live.begin('First look: how fast a closed loop is answered'),
      onTrial: (rate: number, confirms: boolean) => live.begin(`${rate}/s${confirms ? ', once more' : ''}`),
      onSecond: (second: RunSecond) => live.second(second),
      onTrialEnd: (trial: CapacityTrial) => {
        live.end();
        this.tell(`  ${trialText(trial)}`);
      },
    };
    const capacity = await findCapacity({...request, url}, options);
    live.end();
    this.conclude(capacity.verdict);
    this.show(capacity);
    return {schemaVersion: 1, ...capacity};
  }

  private async stackUrl(): Promise<URL> {
    return new URL('/embed', (await requireDeployedPlan(this.system)).urls.api);
  }

  private show({trials, capacityPerSecond, verdict, reason}: Capacity): void {
    const colour = {pass: paint.good, fail: paint.bad, unknown: paint.unsure}[verdict];
    if (trials.length > 0) this.log(`\n${capacityTable(trials)}\n\n${kneeChart(trials)}\n`);
    const found = capacityPerSecond === null ? 'no rate' : `${capacityPerSecond} requests a second`;
    this.log(`${paint.strong(found)} (${colour(verdict)}): ${reason}`);
  }
}

function parseSearch({start, highest}: {start?: string | undefined; highest: string}) {
  const startPerSecond = start === undefined ? null : parseRate(start, '--start');
  const highestPerSecond = parseRate(highest, '--highest');
  if (startPerSecond === null || startPerSecond <= highestPerSecond) return {startPerSecond, highestPerSecond};
  throw new SutraError('USAGE', `--start ${start} is above --highest ${highest}`, {
    cure: 'a lower --start, or a higher --highest',
  });
}
