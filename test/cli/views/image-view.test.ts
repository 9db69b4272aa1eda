import {expect, it} from 'vitest';
import {buildArgument, imageTable} from '../../../src/cli/views/image-view.js';

const embedder = {
  service: 'embedder' as const,
  image: 'sutra-embedder:0.1.0',
  sizeBytes: 270_700_000,
  aboveBaseBytes: 54_000_000,
  seconds: 17.4,
};

it('an image is shown beside what it may weigh, here and in the documents', () => {
  const [, row] = imageTable([embedder], false).split('\n');
  expect(row).toMatch(/^sutra-embedder:0\.1\.0 +270\.7 MB +54\.0 MB +<= 90 MB +ml-base 1500, embedding 50 +17\.4 s$/);
});

it('the limit is of an image without a model', () => {
  expect(imageTable([embedder], true)).not.toContain('<= 90 MB');
});

it('a build argument is a name and a value, which may hold anything', () => {
  expect(buildArgument('SOURCE=https://host/?a=b')).toEqual(['SOURCE', 'https://host/?a=b']);
  expect(() => buildArgument('NODE_IMAGE')).toThrow('--build-arg NODE_IMAGE: must be NAME=VALUE');
});
