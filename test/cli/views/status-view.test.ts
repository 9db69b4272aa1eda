import {expect, it} from 'vitest';
import {type SeenStack, stateKey, statusText} from '../../../src/cli/views/status-view.js';

const service = {
  ...{name: 'ml-base-1', role: 'model', url: 'http://127.0.0.1:8891', state: 'healthy', pid: 17, restarts: 0},
  ...{uptimeSeconds: 5, cpuPercent: 2, memoryBytes: 1e8, version: '0.1.0'},
};
const urls = {api: 'http://127.0.0.1:8888', loadBalancer: null, stats: null};
const seen: SeenStack = {
  ...{at: '2026-01-02T03:04:05.678Z', project: 'sutra', edition: 'simple', model: 'a/model', dimension: 384},
  ...{runtime: 'process', urls, services: [service], whole: true, problems: []},
};

it('time passing, and what a service takes meanwhile, is no change of a stack', () => {
  const later = {...service, uptimeSeconds: 7, cpuPercent: 90, memoryBytes: 2e8};
  expect(stateKey({...seen, at: '2026-01-02T03:04:07.678Z', services: [later]})).toBe(stateKey(seen));
});

it.each([
  ['the state of a service', {services: [{...service, state: 'unhealthy'}]}],
  ['a restart', {services: [{...service, pid: 18, restarts: 1}]}],
  ['a service that is gone', {services: []}],
  ['a problem', {whole: false, problems: [{what: 'supervisor', problem: 'is not running', hint: 'start'}]}],
  ['another edition', {edition: 'community'}],
] satisfies [string, Partial<SeenStack>][])('%s is one', (_, change) => {
  expect(stateKey({...seen, ...change})).not.toBe(stateKey(seen));
});

it('no line is wider than the terminal', () => {
  const model = 'sentence-transformers/all-MiniLM-L6-v2-int8';
  const problems = [{what: 'ml-base-1', problem: `is unhealthy: ${'word '.repeat(30)}`, hint: 'do this '.repeat(20)}];
  const lines = statusText({...seen, model, whole: false, problems}, 80).split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  const widest = Math.max(...lines.map((line) => line.replace(/\x1b\[[\d;]*m/g, '').length));
  expect(widest).toBeLessThanOrEqual(80);
  expect(lines[0]).toContain('DEGRADED: 1 of 1 services are healthy; see ml-base-1');
});
