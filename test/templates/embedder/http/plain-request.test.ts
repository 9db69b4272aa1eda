import {embedRequestSchema} from '@sutra/contract/http-embed';
import {describe, expect, it} from 'vitest';
import {plainRequest} from '../../../../templates/embedder/src/http/body/plain-request.js';

const values = [
  undefined,
  null,
  true,
  false,
  0,
  1,
  256,
  -1,
  1.5,
  1e300,
  '',
  'a text',
  'no\0',
  '\ud800',
  [],
  ['a'],
  ['a', 1],
  ['a', 'b\0'],
  {},
];
const keys = ['texts', 'text', 'normalize', 'dimension', 'model_id', 'input_type', 'truncate', 'cache_ttl_seconds'];
const bodies = [{}, {text: 'a'}, {texts: ['a', 'b']}].flatMap((base) =>
  keys.flatMap((one) =>
    values.flatMap((first) =>
      ['dimension', 'truncate', 'unknown'].flatMap((other) =>
        [undefined, 5, true].map((second) => ({...base, [one]: first, [other]: second})),
      ),
    ),
  ),
);

describe('the quick look at a request', () => {
  it('reads a request as the schema does, or leaves it to the schema', () => {
    let read = 0;
    for (const body of [...bodies, null, 1, 'text', ['text']]) {
      const quick = plainRequest(body);
      if (quick === null) continue;
      read += 1;
      expect(quick).toEqual(embedRequestSchema.parse(body));
    }
    expect(read).toBeGreaterThan(300);
  });

  it('is enough for the usual ones', () => {
    for (const body of [{text: 'a'}, {texts: ['a']}, {texts: ['a', 'b'], dimension: 256, normalize: false}]) {
      expect(plainRequest(body)).not.toBeNull();
    }
  });

  it('leaves lists that are too long to the schema', () => {
    expect(plainRequest({texts: Array.from({length: 257}, () => 'a')})).toBeNull();
  });
});
