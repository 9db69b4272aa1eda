import {describe, expect, it} from 'vitest';
import {readEnvironment} from '../../../templates/embedder/src/environment.js';

const model = {SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: '/models/a'};

describe('the environment of the embedder', () => {
  it('has a default for everything but the role and what the role needs', () => {
    expect(readEnvironment(model)).toMatchObject({SUTRA_PORT: 8887, SUTRA_CACHE_ENABLED: true, SUTRA_DRAIN_MS: 2000});
  });

  it('takes an empty variable as not set', () => {
    expect(readEnvironment({...model, SUTRA_PORT: '', MATRYOSHKA_DIM: ' '})).toMatchObject({SUTRA_PORT: 8887});
  });

  it.each([
    [{SUTRA_ROLE: 'chef'}, 'SUTRA_ROLE is "chef": must be one of model, cached, direct'],
    [{}, 'SUTRA_ROLE is not set: must be one of model, cached, direct'],
    [{...model, SUTRA_PORT: 'abc'}, 'SUTRA_PORT is "abc": must be a whole number, from 0 to 65535'],
    [{...model, SUTRA_PORT: '70000'}, 'SUTRA_PORT is "70000": must be a whole number, from 0 to 65535'],
    [{...model, SUTRA_WORKERS: '0'}, 'SUTRA_WORKERS is "0": must be a whole number, 1 or more'],
    [{...model, SUTRA_CACHE_ENABLED: 'maybe'}, 'SUTRA_CACHE_ENABLED is "maybe": must be true or false'],
    [{...model, SUTRA_FORCE_DIMENSIONS: 'a,b'}, 'SUTRA_FORCE_DIMENSIONS is "a,b": must be whole numbers with commas'],
    [{SUTRA_ROLE: 'cached', ML_BASE_URL: 'ftp://x'}, 'ML_BASE_URL is "ftp://x": must be an http or https address'],
    [{SUTRA_ROLE: 'cached'}, 'ML_BASE_URL is not set: role cached needs the address of the models'],
    [{SUTRA_ROLE: 'direct'}, 'SUTRA_MODEL_DIR is not set: role direct needs the folder of the model'],
  ])('%j is refused by variable, value and what is allowed', (env, message) => {
    expect(() => readEnvironment(env)).toThrow(message);
  });
});
