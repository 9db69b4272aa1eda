import {expect, test} from 'vitest';
import {probeOf} from '../../../../src/runtime/process/supervisor/probe-of.js';

const spec = {probeUrl: 'http://127.0.0.1:8891/health', ports: [8891]};

test('a process is probed where it listens, not where its successor will', () => {
  expect(probeOf({ports: [8887]}, spec).probeUrl).toBe('http://127.0.0.1:8887/health');
  expect(probeOf({ports: [8891]}, spec)).toBe(spec);
  const shard = {probeUrl: 'http://127.0.0.1:50053/health', ports: [50052, 50053]};
  expect(probeOf({ports: [60052, 60053]}, shard).probeUrl).toBe('http://127.0.0.1:60053/health');
});

test('where its ports are not known, the spec has to do', () => {
  expect(probeOf({ports: []}, spec)).toBe(spec);
  const unknown = {probeUrl: '', ports: []};
  expect(probeOf({ports: [8887]}, unknown)).toBe(unknown);
});
