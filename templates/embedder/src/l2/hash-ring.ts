import {hash} from 'node:crypto';

/** Points of each member: with 128 the shares of five members differ by some percent. */
const pointsOfEach = 128;

/** Consistent hashing: when a member comes or goes, only its own share of the keys moves. */
export class HashRing<T> {
  readonly #points: {at: number; member: T}[];
  readonly #only: T | null;

  /** `members` by name, at least one. The names decide who gets what. */
  constructor(members: ReadonlyMap<string, T>) {
    const [first] = members.values();
    this.#only = members.size === 1 && first !== undefined ? first : null;
    this.#points = [...members]
      .flatMap(([name, member]) =>
        Array.from({length: pointsOfEach}, (_, index) => ({at: pointOf(`${name}#${index}`), member})),
      )
      .sort((a, b) => a.at - b.at);
  }

  /** `keyStart`: the first 32 bits of a key, which is a hash already. */
  memberOf(keyStart: number): T {
    if (this.#only !== null) return this.#only;
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle]?.at ?? 0) < keyStart) low = middle + 1;
      else high = middle;
    }
    const point = this.#points[low] ?? this.#points[0];
    if (point === undefined) throw new Error('a ring without members');
    return point.member;
  }
}

const pointOf = (name: string) => Number.parseInt(hash('sha256', name).slice(0, 8), 16);
