import {Args} from '@oclif/core';
import {asTyped} from '../cli/as-typed.js';
import {BaseCommand} from '../cli/base-command.js';
import {refuseCopy} from '../stack/folder-copy.js';
import {openRuntime} from '../stack/hosts/open-runtime.js';
import {stopStack} from '../stack/stop.js';

interface StopResult {
  schemaVersion: 1;
  stopped: string[];
}

export default class Stop extends BaseCommand<typeof Stop> {
  static override description = 'stop the stack, or one service of it';
  static override examples = ['<%= config.bin %> stop', '<%= config.bin %> stop ml-base-2'];
  static override args = {
    service: Args.string({description: 'replica (ml-base-2) or service (ml-base); the whole stack unless given'}),
  };

  async run(): Promise<StopResult> {
    const {service} = this.args;
    refuseCopy(this.system);
    const runtime = await openRuntime(this.system);
    const stopped =
      service === undefined
        ? await stopStack(this.system, runtime, this.system.signal)
        : (await runtime.stop(service, this.system.signal)).map(({name}) => name);
    const what = service === undefined ? 'the stack' : 'it';
    const again = asTyped(`stopped ${stopped.join(', ')}; \`sutra start\` starts ${what} again`);
    this.log(stopped.length === 0 ? 'nothing was running here' : again);
    return {schemaVersion: 1, stopped};
  }
}
