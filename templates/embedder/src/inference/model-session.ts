import {InferenceSession, Tensor} from 'onnxruntime-node';
import type {HiddenState} from './full-vector.js';

/** One ONNX session. `hidden` blocks its thread for the length of a run: never on a thread that must answer. */
export class ModelSession {
  readonly #session: InferenceSession;
  readonly #width: number;

  private constructor(session: InferenceSession, width: number) {
    this.#session = session;
    this.#width = width;
  }

  static async load(weightsFile: string, width: number, threads: number): Promise<ModelSession> {
    const session = await InferenceSession.create(weightsFile, {
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
    return new ModelSession(session, width);
  }

  /** The last hidden state of token id lists, padded to the longest. Throws what the runtime throws. */
  async hidden(texts: readonly (readonly number[])[]): Promise<HiddenState> {
    const length = Math.max(...texts.map((ids) => ids.length));
    const dims = [texts.length, length];
    const ids = new BigInt64Array(texts.length * length);
    const mask = new BigInt64Array(texts.length * length);
    texts.forEach((text, row) => {
      fillRow(ids, row * length, text);
      mask.fill(1n, row * length, row * length + text.length);
    });
    const tensors: Record<string, Tensor> = {
      input_ids: new Tensor('int64', ids, dims),
      attention_mask: new Tensor('int64', mask, dims),
      token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), dims),
    };
    const wanted = Object.entries(tensors).filter(([name]) => this.#session.inputNames.includes(name));
    const output = await this.#session.run(Object.fromEntries(wanted));
    const state = output.last_hidden_state ?? output[this.#session.outputNames[0] ?? ''];
    if (!(state?.data instanceof Float32Array) || state.dims[2] !== this.#width) {
      throw new Error(`the model's output is not float32 [texts, tokens, ${this.#width}]`);
    }
    return {values: state.data, length, width: this.#width};
  }
}

/** Through 32-bit halves: a BigInt made for every id costs more than the copy. Ids are small and not negative. */
function fillRow(target: BigInt64Array, offset: number, ids: readonly number[]): void {
  const halves = new Int32Array(target.buffer);
  for (let i = 0; i < ids.length; i++) halves[2 * (offset + i)] = ids[i] ?? 0;
}
