import {pullModel, type StoredModel} from '../../../../src/model/store.js';
import {nodeSystem} from '../../../../src/system/node-system.js';

/** A hook that may have to download a model first. */
export const pullTimeoutMs = 600_000;

export const miniLmId = 'sentence-transformers/all-MiniLM-L6-v2';
export const miniLmInt8Id = 'sentence-transformers/all-MiniLM-L6-v2-int8';
export const nomicId = 'nomic-ai/nomic-embed-text-v1.5';

export async function modelOf(id: string): Promise<StoredModel> {
  return await pullModel(nodeSystem(AbortSignal.timeout(pullTimeoutMs)), id);
}
