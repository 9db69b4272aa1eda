import {expect, it} from 'vitest';
import {degradedLine} from '../../../src/cli/views/stack-view.js';

const row = {name: 'a', role: 'cache', url: '', pid: null, restarts: 0, uptimeSeconds: null};
const services = [
  {...row, state: 'healthy'},
  {...row, name: 'b', state: 'failed'},
];

it('a stack that is not whole says so in one line, with what to look at', () => {
  const problems = [{what: 'b'}, {what: 'b'}, {what: 'supervisor'}];
  expect(degradedLine(services, problems)).toContain('DEGRADED: 1 of 2 services are healthy; see b, supervisor');
});

it('a whole stack says nothing', () => {
  expect(degradedLine(services.slice(0, 1), [])).toBeNull();
});
