import {describe, expect, it} from 'vitest';
import {WaitingLine} from '../../../../templates/embedder/src/inference/waiting-line.js';

interface Item {
  name: string;
  tokens: number;
}

function lineOf(...tokens: number[]): {line: WaitingLine<Item>; items: Item[]} {
  const items = tokens.map((count, i) => ({name: `item ${i}`, tokens: count}));
  const line = new WaitingLine<Item>();
  line.add(items);
  return {line, items};
}

const lengths = (batch: Item[]) => batch.map(({tokens}) => tokens).toSorted((a, b) => a - b);

describe('the waiting line', () => {
  it('gives the oldest text and those most like it in length', () => {
    const {line} = lineOf(50, 400, 10, 52, 11, 48, 410);
    expect(lengths(line.take(10_000))).toEqual([48, 50, 52]);
    expect(lengths(line.take(10_000))).toEqual([400, 410]);
    expect(lengths(line.take(10_000))).toEqual([10, 11]);
    expect(line.take(10_000)).toEqual([]);
  });

  it('serves the oldest first even when shorter texts keep coming', () => {
    const {line, items} = lineOf(500);
    for (let i = 0; i < 100; i++) line.add([{name: 'late', tokens: 10}]);
    expect(line.take(600)).toEqual([items[0]]);
  });

  it('takes no more than the budget when padded, nearest lengths first', () => {
    const {line} = lineOf(100, 104, 97, 110, 101);
    expect(lengths(line.take(320))).toEqual([97, 100, 101]);
  });

  it('takes a text beyond the budget by itself', () => {
    const {line} = lineOf(9_000, 9_000);
    expect(line.take(100)).toHaveLength(1);
  });

  it('counts the tokens that wait, and forgets what is removed, once', () => {
    const {line, items} = lineOf(10, 20, 30);
    line.remove(items.slice(0, 2));
    line.remove(items.slice(0, 2));
    expect(line.tokens).toBe(30);
    expect(line.size).toBe(1);
    line.take(100);
    expect(line.tokens).toBe(0);
  });

  it('gives every text exactly once', () => {
    const {line, items} = lineOf(...Array.from({length: 3_000}, (_, i) => 3 + ((i * 7919) % 500)));
    const taken: Item[] = [];
    while (line.size > 0) taken.push(...line.take(1_000));
    expect(taken).toHaveLength(items.length);
    expect(new Set(taken).size).toBe(items.length);
  });
});
