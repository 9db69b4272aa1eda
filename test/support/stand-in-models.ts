import type {ServerResponse} from 'node:http';
import {type FakeModels, sendVectors, startFakeModels} from '../templates/embedder/support/fake-models.js';

/** How long one call takes, in milliseconds: so much, and so much more a text. */
export interface ServiceTime {
  perCallMs: number;
  perTextMs: number;
}

/** Models that take one call at a time and the same time for it on every machine. Never less than that. */
export async function startStandIn({perCallMs, perTextMs}: ServiceTime, port: number): Promise<FakeModels> {
  const models = await startFakeModels(port);
  models.width = 384;
  let freeAtMs = 0;
  models.answer = (response, texts) => {
    freeAtMs = Math.max(freeAtMs, performance.now()) + perCallMs + perTextMs * texts.length;
    sendAt(freeAtMs, models, response, texts);
  };
  return models;
}

// A timer may fire a moment early.
function sendAt(dueMs: number, models: FakeModels, response: ServerResponse, texts: readonly string[]): void {
  const leftMs = dueMs - performance.now();
  if (leftMs <= 0) sendVectors(models, response, texts);
  else setTimeout(sendAt, Math.ceil(leftMs), dueMs, models, response, texts);
}
