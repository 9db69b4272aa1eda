import {SutraError} from '../../errors.js';
import {findModel} from '../../model/store.js';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';

/** Where the plan's model lies on this machine. A model of the user's own is held to its checksum by this. Throws STATE. */
export async function requireModelFolder(system: System, {modelSource}: Plan): Promise<string> {
  const model = await findModel(system, modelSource);
  if (model !== null) return model.folder;
  throw new SutraError('STATE', `the model ${modelSource} is not on this machine`, {
    cure: `sutra model pull ${modelSource}`,
  });
}
