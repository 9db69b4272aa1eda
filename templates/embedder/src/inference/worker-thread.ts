import {join} from 'node:path';
import {parentPort, workerData} from 'node:worker_threads';
import {modelFolder} from '@sutra/contract/model-entry';
import {fullVector} from './full-vector.js';
import {ModelSession} from './model-session.js';
import {runsOf} from './similar-lengths.js';
import {TokenEncoder} from './token-encoder.js';
import type {WorkerMessage, WorkerOrder, WorkerSetup, WorkerText} from './worker-messages.js';

/** Longest a run should take, with room for a slower moment than the calibration's. */
const runTargetMs = 200;
const tokenBudgetBounds = {least: 64, most: 16_384};

interface EncodedText extends WorkerText {
  ids: number[];
}

const {modelDir, entry, threads}: WorkerSetup = workerData;
const encoder = new TokenEncoder(join(modelDir, modelFolder.tokenizer));
const session = await ModelSession.load(join(modelDir, modelFolder.weights), entry.nativeDimension, threads);
const tokensPerMs = await calibrate();
const {least, most} = tokenBudgetBounds;
const tokenBudget = Math.min(most, Math.max(least, Math.floor(tokensPerMs * runTargetMs)));

parentPort?.on('message', (order: WorkerOrder) => {
  if (order.type === 'batch') embed(order.texts).then(() => post({type: 'done'}));
  // The thread ends by itself when its batch is done: ending it in the middle of a run aborts the whole process.
  else parentPort?.close();
});
post({type: 'ready', tokenBudget, tokensPerMs});

async function embed(texts: WorkerText[]): Promise<void> {
  const encoded = texts.map(encode).filter((text) => text !== null);
  const lengths = encoded.map((text) => text.ids.length);
  for (const run of runsOf(lengths, tokenBudget, entry.batching)) {
    await embedRun(run.map((position) => encoded[position]).filter((text) => text !== undefined));
  }
}

/** Null for a text that is too long, or that the tokenizer fails on: it is reported. */
function encode(text: WorkerText): EncodedText | null {
  const ids = idsOf(text);
  if (ids === null) return null;
  if (ids.length <= entry.windowTokens) return {...text, ids};
  if (text.truncate) return {...text, ids: encoder.cut(ids, entry.windowTokens)};
  post({type: 'refused', id: text.id, tokens: ids.length});
  return null;
}

function idsOf({id, text}: WorkerText): number[] | null {
  try {
    return encoder.encode(text);
  } catch (error) {
    post({type: 'failed', ids: [id], reason: reasonOf(error)});
    return null;
  }
}

async function embedRun(texts: EncodedText[]): Promise<void> {
  const ids = texts.map((text) => text.id);
  try {
    const startedMs = performance.now();
    const state = await session.hidden(texts.map((text) => text.ids));
    const values = new Float32Array(texts.length * state.width);
    texts.forEach((text, row) => {
      values.set(fullVector(state, row, text.ids.length, entry, text.normalise), row * state.width);
    });
    const tokens = texts.map((text) => text.ids.length);
    post({type: 'vectors', ids, values, tokens, runMs: performance.now() - startedMs}, [values.buffer]);
  } catch (error) {
    post({type: 'failed', ids, reason: reasonOf(error)});
  }
}

/** Of the runtime or the tokenizer; the kind alone where it could quote the text. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}

/** Tokens a millisecond, the better of two runs after a first one that is slow for its own reasons. */
async function calibrate(): Promise<number> {
  const ids = encoder.cut(encoder.encode('warm up '.repeat(128)), Math.min(128, entry.windowTokens));
  await session.hidden([ids.slice(0, 16)]);
  const rates: number[] = [];
  for (let run = 0; run < 2; run++) {
    const startedMs = performance.now();
    await session.hidden([ids]);
    rates.push(ids.length / (performance.now() - startedMs));
  }
  return Math.max(...rates);
}

function post(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}
