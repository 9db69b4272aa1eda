import {artifactOf, modelEntrySchema} from '@sutra/contract/model-entry';
import {describe, expect, it} from 'vitest';
import {defaultModel, registry, registryEntry} from '../../src/model/registry.js';

describe('the model registry', () => {
  it.each(registry.map((entry) => [entry.id, entry] as const))('%s is a valid entry with every source', (_, entry) => {
    expect(modelEntrySchema.parse(entry)).toEqual(entry);
    expect(entry.files.map(({name}) => name)).toEqual(['model.onnx', 'tokenizer.json']);
    expect(entry.files.every(({hub, npm}) => hub !== undefined && npm !== undefined)).toBe(true);
    expect(entry.dimensions[0]).toBe(entry.nativeDimension);
  });

  it('knows its models by id and by short name, in any case', () => {
    expect(registryEntry('nomic-ai/nomic-embed-text-v1.5').id).toBe(defaultModel);
    expect(registryEntry('Nomic-Embed-Text-v1.5').id).toBe(defaultModel);
    expect(registryEntry('all-MiniLM-L6-v2').batching).toBe('padded');
    expect(registryEntry('all-MiniLM-L6-v2-int8').batching).toBe('single');
    expect(registryEntry('bge-small-en-v1.5').pooling).toBe('cls');
  });

  it('names every file by the commit it is in, never by a branch that moves', () => {
    const revisions = registry.flatMap(({files}) => files.map(({hub}) => hub?.revision));
    expect(revisions).toHaveLength(2 * registry.length);
    for (const revision of revisions) expect(revision).toMatch(/^[0-9a-f]{40}$/);
  });

  it('no two models share weights', () => {
    expect(new Set(registry.map(artifactOf)).size).toBe(registry.length);
  });

  it('an unknown name lists what there is and suggests the nearest', () => {
    const ask = (name: string) => {
      try {
        return registryEntry(name);
      } catch (error) {
        return error;
      }
    };
    expect(ask('all-MiniLM-L12-v2')).toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: expect.stringContaining(defaultModel),
      cures: ['all-MiniLM-L6-v2', expect.stringContaining('sutra-model.json')],
    });
    expect(ask('gpt-4')).toMatchObject({code: 'MODEL_UNKNOWN', details: {nearest: null}});
  });
});
