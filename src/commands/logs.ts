import {Args, Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {parseSince} from '../cli/flags/parse-since.js';
import {logPrefix} from '../cli/views/log-prefix.js';
import {inTimeOrder} from '../runtime/in-time-order.js';
import type {LogLine} from '../runtime/runtime.js';
import {openRuntime} from '../stack/hosts/open-runtime.js';

interface LogsResult {
  schemaVersion: 1;
  lines: LogLine[];
}

const defaultTail = 20;
/** Stands for the time of a line without one, as wide as a time. */
const noTime = '-'.padEnd(new Date(0).toISOString().length);

export default class Logs extends BaseCommand<typeof Logs> {
  static override description = 'show the logs of the services';
  static override examples = [
    '<%= config.bin %> logs',
    '<%= config.bin %> logs ml-base-1 --follow',
    '<%= config.bin %> logs --since 10m --timestamps',
  ];
  static override args = {service: Args.string({description: 'replica or service; all unless given'})};
  static override flags = {
    follow: Flags.boolean({char: 'f', description: 'follow new output until Ctrl-C'}),
    since: Flags.string({
      description: 'only lines since a duration ago, such as 10m (s, m, h, d), or since an ISO 8601 time',
      helpValue: 'TIME',
    }),
    tail: Flags.integer({
      char: 'n',
      description: `last lines to show of each log (default ${defaultTail}; with --since: all)`,
      min: 0,
    }),
    timestamps: Flags.boolean({char: 't', description: 'show the time of each line (UTC)'}),
  };

  async run(): Promise<LogsResult | undefined> {
    const {follow} = this.flags;
    const options = {...this.range(), follow, signal: this.system.signal};
    this.jsonLines = follow;
    const names = this.args.service === undefined ? [] : [this.args.service];
    const runtime = await openRuntime(this.system);
    // Logs outlive the stack, and a state file that is damaged.
    const {instances} = await runtime.status().catch(() => ({instances: []}));
    const prefix = logPrefix(instances.map(({name}) => name));
    const print = (line: LogLine) =>
      this.log(`${prefix(line.instance)} ${this.flags.timestamps ? `${line.at ?? noTime} ` : ''}${line.text}`);
    const written: LogLine[] = [];
    for await (const line of runtime.logs(names, options)) {
      if (!follow) written.push(line);
      else if (this.jsonEnabled()) this.logJson(line);
      else print(line);
    }
    if (follow) return undefined;
    const lines = inTimeOrder(written);
    if (!this.jsonEnabled()) lines.forEach(print);
    return {schemaVersion: 1, lines};
  }

  private range(): {tail: number; sinceMs?: number} {
    const {since, tail} = this.flags;
    if (since === undefined) return {tail: tail ?? defaultTail};
    const sinceMs = parseSince(since, '--since', this.system.clock.nowMs());
    return {tail: tail ?? Number.POSITIVE_INFINITY, sinceMs};
  }
}
