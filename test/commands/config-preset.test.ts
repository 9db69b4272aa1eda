import {expect, it} from 'vitest';
import {environmentLayers} from '../../src/topology/settings/environment.js';
import {presetNames, presets} from '../../src/topology/settings/presets.js';
import {resolveTopology} from '../../src/topology/settings/resolve.js';
import {sutraHere} from '../support/cli-here.js';

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

it.each(Object.entries(documented))('config preset %s prints %j and nothing else', async (name, lines) => {
  const run = await sutraHere(['config', 'preset', name]);
  expect(run).toEqual({exitCode: 0, stdout: `${lines.join('\n')}\n`, stderr: ''});
});

it.each(presetNames)('deploy takes the variables of %s', (name) => {
  const layers = environmentLayers(presets[name].variables);
  expect(layers.map(({origin}) => origin)).toEqual(Object.keys(presets[name].variables));
  expect(() => resolveTopology(layers)).not.toThrow();
});
