import {Args} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {SutraError} from '../../errors.js';
import {defaultModel} from '../../model/registry.js';
import {findModel} from '../../model/store.js';

interface ModelPath {
  schemaVersion: 1;
  model: string;
  folder: string;
}

export default class ModelPathCommand extends BaseCommand<typeof ModelPathCommand> {
  protected static override usesStack = false;
  static override summary = 'print the folder of a model on this machine';
  static override args = {
    model: Args.string({description: `model id, name or folder; MODEL_NAME unless given (default ${defaultModel})`}),
  };
  static override examples = ['<%= config.bin %> model path', 'ls $(<%= config.bin %> model path bge-small-en-v1.5)'];

  async run(): Promise<ModelPath> {
    const name = this.args.model ?? (this.system.env.MODEL_NAME || defaultModel);
    const found = await findModel(this.system, name);
    if (found === null) {
      throw new SutraError('STATE', `${name} has not been pulled to this machine`, {cure: `sutra model pull ${name}`});
    }
    this.log(found.folder);
    return {schemaVersion: 1, model: found.entry.id, folder: found.folder};
  }
}
