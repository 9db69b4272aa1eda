import {globSync, readFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The rooms of `docs/house.md` and whom each may import. `all`: everybody. A room may hold smaller rooms with rows of their own. */
const allowed = new Map(
  [...read('docs/house.md').matchAll(/^\| `src\/([\w/]+)\/` \| .* \| (.+) \|$/gm)].map(([, room = '', rooms = '']) => [
    room,
    rooms === 'nothing' ? [] : rooms.split(', '),
  ]),
);

const sources = globSync('src/**/*.ts', {cwd: root}).toSorted();
const free = sources.filter((path) => dirname(path) === 'src');

/** The smallest room that a path below `src/` is in. */
function roomOf(path: string): string {
  const rooms = [...allowed.keys()].filter((room) => path.startsWith(`src/${room}/`));
  return rooms.toSorted((a, b) => b.length - a.length)[0] ?? dirname(path);
}

interface Import {
  from: string;
  to: string;
}

/** Every import of a file of ours by another. */
const imports: Import[] = sources.flatMap((from) =>
  [...read(from).matchAll(/(?:from|import\(|import)\s*'(\.[^']+)'/g)].map(([, specifier = '']) => ({
    from,
    to: relative(root, join(root, dirname(from), specifier)).replace(/\.js$/, '.ts'),
  })),
);

describe('the rooms', () => {
  it('of docs/house.md are the folders of src/', () => {
    const folders = new Set(sources.filter((path) => !free.includes(path)).map((path) => path.split('/')[1]));
    const rows = [...allowed.keys()].filter((room) => !room.includes('/'));
    expect(rows.toSorted()).toEqual([...folders].toSorted());
    for (const room of allowed.keys())
      expect(
        sources.some((path) => path.startsWith(`src/${room}/`)),
        room,
      ).toBe(true);
  });

  it('import whom docs/house.md lets them, and nobody else', () => {
    expect(imports.length).toBeGreaterThan(1_000);
    const forbidden = imports.filter(({from, to}) => {
      const [own, other] = [roomOf(from), roomOf(to)];
      if (own === other || free.includes(to)) return false;
      const rooms = allowed.get(own) ?? [];
      return !rooms.includes('all') && !rooms.includes(other);
    });
    expect(forbidden).toEqual([]);
  });

  it('stand in floors: none is imported by a room below it', () => {
    const below = new Map([...allowed].filter(([, rooms]) => !rooms.includes('all')));
    while (below.size > 0) {
      const ground = [...below].filter(([, rooms]) => !rooms.some((room) => below.has(room))).map(([room]) => room);
      expect(ground, `a circle of ${[...below.keys()].join(', ')}`).not.toEqual([]);
      for (const room of ground) below.delete(room);
    }
  });

  it('need every row they have', () => {
    const used = new Set(imports.map(({from, to}) => `${roomOf(from)} ${roomOf(to)}`));
    const unused = [...allowed].flatMap(([room, rooms]) =>
      rooms.filter((other) => other !== 'all' && !used.has(`${room} ${other}`)).map((other) => `${room} ${other}`),
    );
    expect(unused).toEqual([]);
  });

  it('ask for the traits of a runtime, not for its name', () => {
    const own = ['src/runtime/', 'src/stack/hosts/'];
    const outside = sources.filter((path) => !own.some((room) => path.startsWith(room)));
    const naming = outside.filter((path) => /[!=]== '(process|compose)'|case '(process|compose)':/.test(read(path)));
    expect(naming).toEqual([]);
  });

  it('ask for the traits of a kind of service, not for its role', () => {
    const naming = sources.filter((path) => /\brole [!=]== '/.test(read(path)) || /\.role [!=]== '/.test(read(path)));
    expect(naming).toEqual([]);
  });

  it('are small enough to be seen at once: 18 files at most, in every folder', () => {
    const paths = [...sources, ...globSync('templates/*/src/**/*.ts', {cwd: root})];
    const counts = Map.groupBy(paths, (path) => dirname(path));
    const large = [...counts].filter(([folder, files]) => folder !== 'src/commands' && files.length > 18);
    expect(large.map(([folder]) => folder)).toEqual([]);
  });
});
