import {artifactOf} from '@sutra/contract/model-entry';
import {pullView} from '../model/pull-view.js';
import {pullModel} from '../model/store.js';
import {stagedModel, stageModel} from './build-context.js';
import type {BuildSite} from './image-builder.js';

/** Fetches the model where it is missing and puts it into the build. */
export async function bakeModel(site: BuildSite, name: string, say: (text: string) => void): Promise<void> {
  const {onProgress, onNote} = pullView({write: (text) => say(text.trim())}, site.system.clock);
  const model = await pullModel(site.system, name, {onProgress, onNote});
  await stageModel(site.context, model);
  site.modelArgs = {QUANTIZED_MODEL: stagedModel, MODEL_ID: model.entry.id, MODEL_ARTIFACT: artifactOf(model.entry)};
}
