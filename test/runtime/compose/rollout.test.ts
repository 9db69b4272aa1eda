import {describe, expect, it} from 'vitest';
import type {Container} from '../../../src/runtime/compose/containers/containers.js';
import {decideRollout, type WantedContainer} from '../../../src/runtime/compose/rollout.js';
import type {InstanceState} from '../../../src/runtime/runtime.js';

const want = (name: string, port: number, more: Partial<WantedContainer> = {}): WantedContainer => ({
  ...{name, definition: 'd1', imageId: 'i1', artifact: 'a1', hostPorts: [port], leansOn: false},
  ...more,
});

const have = (
  name: string,
  port: number,
  more: Partial<WantedContainer> & {state?: InstanceState; broken?: boolean} = {},
): Container => {
  const {definition, imageId, artifact, hostPorts} = want(name, port, more);
  const status = {name, service: name, role: 'model', url: '', state: more.state ?? ('healthy' as const)};
  return {
    ...{
      id: name,
      imageOf: 'embedder',
      order: 0,
      definition,
      imageId,
      artifact,
      readOnlyRoot: true,
      broken: more.broken ?? false,
    },
    published: hostPorts.map((port) => ({address: '127.0.0.1', port})),
    status: {...status, pid: 1, startedAtMs: 0, restarts: 0, lastExit: null, problem: null},
  };
};

const decide = (wanted: WantedContainer[], current: Container[]) => decideRollout(wanted, current, (a, b) => a === b);
const nothing = {warm: [], clear: [], swap: [], create: [], replace: [], remove: []};

describe('a rollout', () => {
  it('of what runs already does nothing', () => {
    expect(decide([want('m-1', 1)], [have('m-1', 1)])).toEqual(nothing);
  });

  it('makes anew what is paused or cut off from the network, and nothing else', () => {
    const current = [have('m-1', 1, {state: 'unhealthy', broken: true}), have('m-2', 2)];
    expect(decide([want('m-1', 1), want('m-2', 2)], current)).toEqual({...nothing, clear: ['m-1'], create: ['m-1']});
  });

  it('creates what is missing and leaves the rest alone', () => {
    expect(decide([want('m-1', 1), want('m-2', 2)], [have('m-1', 1)])).toEqual({...nothing, create: ['m-2']});
  });

  it('starts again what was stopped, whatever it was', () => {
    const stopped = have('m-1', 1, {state: 'stopped', definition: 'old'});
    expect(decide([want('m-1', 1)], [stopped])).toEqual({...nothing, create: ['m-1']});
  });

  it('removes what is not wanted, last', () => {
    expect(decide([want('m-1', 1)], [have('m-1', 1), have('m-2', 2)])).toEqual({...nothing, remove: ['m-2']});
  });

  it('replaces one at a time what is defined otherwise, or runs another image', () => {
    const current = [have('m-1', 1, {definition: 'old'}), have('m-2', 2, {imageId: 'old'}), have('m-3', 3)];
    const wanted = [want('m-1', 1), want('m-2', 2), want('m-3', 3)];
    expect(decide(wanted, current)).toEqual({...nothing, replace: ['m-1', 'm-2']});
  });

  it('never lets two models answer side by side', () => {
    const current = [have('m-1', 1, {artifact: 'old', definition: 'old'}), have('lb', 9, {artifact: null})];
    const wanted = [want('m-1', 1), want('m-2', 2), want('lb', 9, {artifact: null})];
    expect(decide(wanted, current)).toEqual({...nothing, swap: ['m-1'], create: ['m-2']});
  });

  it('first ends what holds a port that another needs', () => {
    const current = [have('lb', 8888, {artifact: null}), have('api-1', 8901)];
    const wanted = [want('api-1', 8888, {definition: 'simple'})];
    expect(decide(wanted, current)).toEqual({...nothing, clear: ['lb'], swap: ['api-1']});
  });

  it('a replica whose port goes to another is ended first and made anew', () => {
    const current = [have('m-1', 8887)];
    const wanted = [want('m-1', 8891, {definition: 'community'}), want('lb', 8887, {artifact: null})];
    expect(decide(wanted, current)).toEqual({...nothing, clear: ['m-1'], create: ['m-1', 'lb']});
  });

  it('what needs no port of another and leans on nobody is warm before the interruption', () => {
    const current = [have('m-1', 8887), have('api-1', 8888)];
    const wanted = [
      want('m-1', 8891, {definition: 'community'}),
      want('m-2', 8892),
      want('api-2', 8902, {leansOn: true}),
      want('lb', 8888, {artifact: null}),
    ];
    const rollout = {...nothing, warm: ['m-2'], clear: ['api-1'], swap: ['m-1'], create: ['api-2', 'lb']};
    expect(decide(wanted, current)).toEqual(rollout);
  });

  it('but not beside another model', () => {
    const current = [have('m-1', 8887, {artifact: 'old'})];
    const wanted = [want('m-2', 8892), want('lb', 8887, {artifact: null})];
    expect(decide(wanted, current)).toEqual({...nothing, clear: ['m-1'], create: ['m-2', 'lb']});
  });
});
