import {BaseCommand} from '../../cli/base-command.js';
import {columns} from '../../cli/columns.js';
import {storeFolder} from '../../model/model-folder.js';
import {defaultModel, registry} from '../../model/registry.js';
import {findModel} from '../../model/store.js';
import {bytesText} from '../../model/transfer-text.js';
import {textTable} from '../../report/table.js';

interface ListedModel {
  id: string;
  default: boolean;
  license: string;
  dimensions: number[];
  windowTokens: number;
  sizeBytes: number;
  /** Its folder on this machine; null if it has not been pulled. */
  folder: string | null;
}

interface ModelList {
  schemaVersion: 1;
  store: string;
  models: ListedModel[];
}

export default class ModelListCommand extends BaseCommand<typeof ModelListCommand> {
  protected static override usesStack = false;
  static override summary = 'list the models that can be pulled, and those on this machine';
  static override examples = ['<%= config.bin %> model list', '<%= config.bin %> model list --json'];

  async run(): Promise<ModelList> {
    const models = await Promise.all(
      registry.map(async (entry): Promise<ListedModel> => {
        const {id, license, dimensions, windowTokens, files} = entry;
        const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
        const folder = (await findModel(this.system, id))?.folder ?? null;
        return {id, default: id === defaultModel, license, dimensions, windowTokens, sizeBytes, folder};
      }),
    );
    const store = storeFolder(this.system);
    this.log(table(models));
    this.log(`\nstore: ${store}`);
    return {schemaVersion: 1, store, models};
  }
}

function table(models: ListedModel[]): string {
  const rows = models.map(({id, dimensions, windowTokens, sizeBytes, folder, license, ...rest}) => [
    rest.default ? `${id} (default)` : id,
    dimensions.join(' '),
    String(windowTokens),
    bytesText(sizeBytes),
    folder === null ? 'no' : 'yes',
    license,
  ]);
  const head = ['MODEL', 'DIMENSIONS', 'WINDOW', 'SIZE', 'HERE', 'LICENCE'];
  return textTable(head, rows, {width: columns(), optional: ['WINDOW', 'LICENCE']});
}
