import {createHash} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {HashRing} from '../../../../templates/embedder/src/l2/hash-ring.js';

const names = ['a:1', 'b:1', 'c:1', 'd:1', 'e:1'];
const ringOf = (members: string[]) => new HashRing(new Map(members.map((name) => [name, name])));
const keys = Array.from({length: 20_000}, (_, i) => createHash('sha256').update(`key ${i}`).digest().readUInt32BE(0));

describe('the ring of shards', () => {
  it('gives everything to the only one', () => {
    const ring = ringOf(['a:1']);
    expect(new Set([0, 0xff_ff_ff_ff, ...keys].map((key) => ring.memberOf(key)))).toEqual(new Set(['a:1']));
  });

  it('moves only what the one that left had, at most a quarter of all with five', () => {
    const [before, after] = [ringOf(names), ringOf(names.slice(1))];
    const moved = keys.filter((key) => before.memberOf(key) !== after.memberOf(key));
    expect(moved.length / keys.length).toBeLessThanOrEqual(0.25);
    expect(new Set(moved.map((key) => before.memberOf(key)))).toEqual(new Set(['a:1']));
  });

  it('does not care in which order they are named', () => {
    const [one, other] = [ringOf(names), ringOf(names.toReversed())];
    expect(keys.every((key) => one.memberOf(key) === other.memberOf(key))).toBe(true);
  });
});
