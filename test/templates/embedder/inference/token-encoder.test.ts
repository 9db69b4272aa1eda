import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {TokenEncoder} from '../../../../templates/embedder/src/inference/token-encoder.js';
import {miniLmId, modelOf, pullTimeoutMs} from '../support/model.js';

describe('token ids', () => {
  let encoder: TokenEncoder;

  beforeAll(async () => {
    encoder = new TokenEncoder(join((await modelOf(miniLmId)).folder, 'tokenizer.json'));
  }, pullTimeoutMs);

  it('have their special tokens and no padding, though the file asks for 128', () => {
    expect(encoder.encode('This is an example sentence')).toEqual([101, 2023, 2003, 2019, 2742, 6251, 102]);
  });

  it('are not cut silently, though the file asks for that at 128', () => {
    expect(encoder.encode('word '.repeat(300))).toHaveLength(302);
  });

  it('keep the closing special token when they are cut', () => {
    const cut = encoder.cut(encoder.encode('word '.repeat(300)), 256);
    expect(cut).toHaveLength(256);
    expect(cut.at(0)).toBe(101);
    expect(cut.at(-1)).toBe(102);
  });

  it('are left alone when they fit', () => {
    expect(encoder.cut([101, 5, 102], 3)).toEqual([101, 5, 102]);
  });
});
