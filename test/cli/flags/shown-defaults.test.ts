import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {type LoadFlags, loadDefaults, parseLoad} from '../../../src/experiment/load/request/parse-load.js';
import {defaultModel} from '../../../src/model/registry.js';
import {editions} from '../../../src/topology/editions.js';
import {resolveTopology} from '../../../src/topology/settings/resolve.js';
import {manifestCommands} from '../../support/manifest.js';
import {repository} from '../../support/stack.js';

// What the help gives as a default is what happens without the flag.

/** `deploy --edition` → its description, for every flag and argument. */
const descriptions = (await manifestCommands()).flatMap(({id, flags, args}) =>
  [...Object.values(flags).map((flag) => ({...flag, name: `--${flag.name}`})), ...Object.values(args)].map(
    ({name, description = ''}) => [`${id} ${name}`, description] as const,
  ),
);
/** `deploy --edition` → `simple`, for every description that ends in `(default simple)`. */
const shown = Object.fromEntries(
  descriptions.flatMap(([name, description]) => {
    const [, text] = /\(default (.*)\)$/.exec(description) ?? [];
    return text === undefined ? [] : [[name, text]];
  }),
);

it('a description names a default at its end only, so that it is seen here', () => {
  const named = descriptions.filter(([, description]) => /\bdefault/i.test(description)).map(([name]) => name);
  expect(Object.keys(shown).length).toBeGreaterThan(30);
  expect(Object.keys(shown)).toEqual(named);
});

it('no default is typed into a description: it comes from a constant', () => {
  const typed = globSync(['src/commands/**/*.ts', 'src/cli/flags/*.ts'], {cwd: repository}).flatMap((path) =>
    [...readFileSync(join(repository, path), 'utf8').matchAll(/\(default (?!\$\{)[^)]+\)/g)].map(
      ([text]) => `${path}: ${text}`,
    ),
  );
  expect(typed).toEqual([]);
});

it('deploy, diff and generate: what the topology is without flags', () => {
  const {edition, settings} = resolveTopology([]);
  const onOff = (on: boolean) => (on ? 'on' : 'off');
  for (const command of ['deploy', 'diff', 'generate']) {
    const own = Object.entries(shown).filter(([name]) => name.startsWith(`${command} `));
    expect(Object.fromEntries(own.map(([name, text]) => [name.slice(command.length + 1), text]))).toEqual({
      '--edition': edition,
      '--runtime': settings.runtime,
      '--model': settings.model,
      '--replicas': `${editions.community.replicas}; simple: ${settings.replicas}`,
      '--cache': onOff(settings.cache.enabled),
      '--timing': settings.timing,
      '--project': settings.project,
      '--port-offset': String(settings.portOffset),
      '--expose': onOff(settings.expose),
      '--tls': settings.tls,
      '--rate-limit': String(settings.rateLimit),
    });
  }
  expect(editions.enterprise.replicas).toBe(editions.community.replicas);
  expect(settings.model).toBe(defaultModel);
});

const bare: LoadFlags = {
  ...{arrivals: 'uniform', closed: false, workers: 1, warmup: '2s', timeout: '30s', workload: 'unique'},
  ...{words: '8', batch: '1', seed: 1},
};

it.each(['rate', 'duration', 'profile'] as const)('bench --%s: the load is the same with it and without', (flag) => {
  const text = shown[`bench --${flag}`];
  expect(text).toBeDefined();
  expect(stagesOf({...bare, [flag]: text})).toEqual(stagesOf(bare));
});

it('bench and find-capacity --connections: of an open and of a closed loop', () => {
  const open = parseLoad(bare).connections;
  expect(shown['bench --connections']).toBe(`${open}; closed loop: ${parseLoad({...bare, closed: true}).connections}`);
  expect(shown['bench:find-capacity --connections']).toBe(String(open));
  expect(open).toBe(loadDefaults.connections);
});

function stagesOf(flags: LoadFlags) {
  const {loop} = parseLoad(flags);
  if (loop.kind !== 'open' || loop.stages === null) throw new Error('not an open loop');
  return loop.stages;
}
