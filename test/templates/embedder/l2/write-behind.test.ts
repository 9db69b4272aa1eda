import {describe, expect, it} from 'vitest';
import {WriteBehind} from '../../../../templates/embedder/src/l2/write-behind.js';

const vector = (tokens: number) => ({key: Buffer.alloc(32), ttlSeconds: 60, tokens, values: new Float32Array(4)});

describe('what waits to be stored', () => {
  it('is bounded by entries: what comes beyond is dropped and counted', () => {
    const queue = new WriteBehind({maxEntries: 3, maxBytes: 1_000});
    for (let i = 0; i < 5; i++) queue.offer(vector(i));
    expect([queue.size, queue.dropped]).toEqual([3, 2]);
    expect(queue.oldest(10).map(({tokens}) => tokens)).toEqual([0, 1, 2]);
  });

  it('is bounded by bytes', () => {
    const queue = new WriteBehind({maxEntries: 100, maxBytes: 40});
    for (let i = 0; i < 5; i++) queue.offer(vector(i));
    expect([queue.size, queue.dropped]).toEqual([2, 3]);
    queue.landed(1);
    queue.offer(vector(9));
    expect(queue.oldest(10).map(({tokens}) => tokens)).toEqual([1, 9]);
  });

  it('waits on until it has landed', () => {
    const queue = new WriteBehind({maxEntries: 10, maxBytes: 1_000});
    for (let i = 0; i < 3; i++) queue.offer(vector(i));
    expect(queue.oldest(2)).toHaveLength(2);
    expect(queue.size).toBe(3);
    queue.landed(2);
    expect(queue.oldest(2).map(({tokens}) => tokens)).toEqual([2]);
  });
});
