import {readFileSync} from 'node:fs';
import {Tokenizer} from '@huggingface/tokenizers';

/**
 * Texts to token ids, special tokens included. Nothing is cut and nothing padded, whatever `truncation` and `padding`
 * the file carries: some files bring the settings of the export, not of the model.
 */
export class TokenEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #closing: number[];

  constructor(tokenizerFile: string) {
    this.#tokenizer = new Tokenizer(
      {...JSON.parse(readFileSync(tokenizerFile, 'utf8')), truncation: null, padding: null},
      {},
    );
    const ofNothing = this.#tokenizer.encode('').ids;
    this.#closing = ofNothing.length > 1 ? ofNothing.slice(-1) : [];
  }

  encode(text: string): number[] {
    return this.#tokenizer.encode(text).ids;
  }

  /** The ids cut to the window, the closing special token kept. */
  cut(ids: number[], windowTokens: number): number[] {
    if (ids.length <= windowTokens) return ids;
    return [...ids.slice(0, windowTokens - this.#closing.length), ...this.#closing];
  }
}
