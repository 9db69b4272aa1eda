import {Args, Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {logPrefix} from '../cli/log-prefix.js';
import {openRuntime} from '../stack/open-runtime.js';

interface LogsResult {
  schemaVersion: 1;
  lines: {instance: string; text: string}[];
}

export default class Logs extends BaseCommand<typeof Logs> {
  static override description = 'what the services wrote';
  static override examples = ['<%= config.bin %> logs', '<%= config.bin %> logs ml-base-1 --follow'];
  static override args = {service: Args.string({description: 'a replica or a service; all if absent'})};
  static override flags = {
    follow: Flags.boolean({char: 'f', description: 'go on with what comes, until Ctrl-C'}),
    tail: Flags.integer({char: 'n', description: 'lines of each to begin with', default: 20, min: 0}),
  };

  async run(): Promise<LogsResult | undefined> {
    const {follow, tail} = this.flags;
    const names = this.args.service === undefined ? [] : [this.args.service];
    this.jsonLines = follow;
    const lines: LogsResult['lines'] = [];
    const runtime = await openRuntime(this.system);
    // Logs outlive the stack, and a state file that is damaged.
    const {instances} = await runtime.status().catch(() => ({instances: []}));
    const prefix = logPrefix(instances.map(({name}) => name));
    for await (const line of runtime.logs(names, {tail, follow, signal: this.system.signal})) {
      if (follow && this.jsonEnabled()) this.logJson(line);
      else if (this.jsonEnabled()) lines.push(line);
      else this.log(`${prefix(line.instance)} ${line.text}`);
    }
    return follow ? undefined : {schemaVersion: 1, lines};
  }
}
