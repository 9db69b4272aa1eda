import {resolve} from 'node:path';
import {execaNode} from 'execa';
import {expect, it} from 'vitest';
import {environmentLayers} from '../../src/topology/environment.js';
import {presetNames, presets} from '../../src/topology/presets.js';
import {resolveTopology} from '../../src/topology/resolve.js';

const entryPoint = resolve(import.meta.dirname, '../../bin/run.js');
const preset = (...args: string[]) => execaNode(entryPoint, ['config', 'preset', ...args], {reject: false});

/** As the v3.0 design document has them, line by line. */
const documented = {
  'real-time': ['MATRYOSHKA_DIM=256'],
  batch: ['MATRYOSHKA_DIM=512'],
  research: ['MATRYOSHKA_DIM=768'],
  'high-frequency': ['SUTRA_CACHE_CAPACITY=200000', 'SUTRA_CACHE_TTL=172800'],
  constrained: ['SUTRA_CACHE_CAPACITY=50000', 'SUTRA_CACHE_TTL=3600'],
  'over-3000-users': ['SUTRA_EDITION=community', 'ML_BASE_REPLICAS=5'],
  'under-1000-users': ['SUTRA_EDITION=simple'],
};

it('the presets are those of the document, and no other', () => {
  expect(presetNames).toEqual(Object.keys(documented));
});

it.each(Object.entries(documented))(
  'config preset %s prints %j and nothing else',
  async (name, lines) => {
    const {exitCode, stdout} = await preset(name);
    expect({exitCode, lines: stdout.split('\n')}).toEqual({exitCode: 0, lines});
  },
  60_000,
);

it.each(presetNames)('deploy takes the variables of %s', (name) => {
  const layers = environmentLayers(presets[name].variables);
  expect(layers.map(({origin}) => origin)).toEqual(Object.keys(presets[name].variables));
  expect(() => resolveTopology(layers)).not.toThrow();
});
