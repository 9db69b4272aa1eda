import {z} from 'zod';
import {BaseCommand} from '../../cli/base-command.js';
import {partialSettingsSchema} from '../../topology/settings/settings.js';

export default class TopologySchema extends BaseCommand<typeof TopologySchema> {
  protected static override usesStack = false;
  static override description = 'print the JSON Schema of sutra.yaml';
  static override examples = ['<%= config.bin %> topology schema > sutra.schema.json'];

  run(): Promise<object> {
    const schema = z.toJSONSchema(partialSettingsSchema);
    this.log(JSON.stringify(schema, null, 2));
    return Promise.resolve(schema);
  }
}
