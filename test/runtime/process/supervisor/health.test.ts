import {describe, expect, test} from 'vitest';
import {backOffMs} from '../../../../src/runtime/process/supervisor/back-off.js';
import {forgive, judge, newHealth, observe, resumedHealth} from '../../../../src/runtime/process/supervisor/health.js';
import {mayEnd, mayReload, mayStart, type Standing} from '../../../../src/runtime/process/supervisor/turn.js';
import type {ProbeOutcome} from '../../../../src/system/http/http-probe.js';

/** Probes once a second from `health` on, and what is thought of it after the last. */
function after(outcomes: ProbeOutcome[], {deadlineMs = 60_000, health = newHealth(0)} = {}) {
  const last = outcomes.reduce((state, outcome, index) => observe(state, outcome, (index + 1) * 1_000), health);
  return judge(last, deadlineMs, outcomes.length * 1_000);
}

const times = (count: number, outcome: ProbeOutcome): ProbeOutcome[] => Array.from({length: count}, () => outcome);

test('a service is starting until it first answers 200', () => {
  expect(after([])).toBe('starting');
  expect(after(['silent', 'refusing', 'refusing'])).toBe('starting');
  expect(after(['silent', 'refusing', 'ok'])).toBe('healthy');
});

test('a service that loads has its whole start deadline, whether it answers 503 or nothing', () => {
  expect(after(times(60, 'refusing'))).toBe('starting');
  expect(after(times(61, 'refusing'))).toBe('late');
  expect(after(times(61, 'silent'))).toBe('late');
});

test('three failures in a row make it unhealthy, one answer makes it healthy again', () => {
  expect(after(['ok', 'silent', 'silent'])).toBe('healthy');
  expect(after(['ok', 'silent', 'silent', 'silent'])).toBe('unhealthy');
  expect(after(['ok', 'silent', 'silent', 'silent', 'ok'])).toBe('healthy');
});

test('no answer for more than four seconds is a hang, and 503 is not', () => {
  expect(after(['ok', ...times(5, 'silent')])).toBe('unhealthy');
  expect(after(['ok', ...times(6, 'silent')])).toBe('hung');
  expect(after(['ok', ...times(12, 'refusing')])).toBe('unhealthy');
  expect(after(['ok', ...times(4, 'silent'), 'refusing', ...times(4, 'silent')])).toBe('unhealthy');
  expect(after(['ok', ...times(62, 'refusing')])).toBe('late');
});

test('what a sleeping machine missed is held against nobody', () => {
  const health = observe(observe(newHealth(0), 'ok', 1_000), 'silent', 2_000);
  const failing = observe(observe(health, 'silent', 3_000), 'silent', 3_600_000);
  expect(judge(failing, 60_000, 3_600_000)).toBe('hung');
  expect(judge(forgive(failing, 3_600_000), 60_000, 3_600_000)).toBe('healthy');
});

test('a service taken on keeps the state it was seen in', () => {
  expect(judge(resumedHealth(true, 0), 60_000, 0)).toBe('healthy');
  expect(judge(resumedHealth(false, 0), 60_000, 0)).toBe('unhealthy');
});

test('the wait doubles from 250 ms to 30 s', () => {
  expect([1, 2, 3, 4, 7, 8, 100].map(backOffMs)).toEqual([250, 500, 1_000, 2_000, 16_000, 30_000, 30_000]);
});

const standing = (number: number, more: Partial<Standing> = {}): Standing => ({
  name: `model-${number}`,
  service: 'model',
  artifact: 'a',
  runningArtifact: 'a',
  stage: 'outdated',
  serving: true,
  wanted: true,
  surplus: false,
  failed: false,
  ports: [],
  heldPorts: [],
  leansOnPort: null,
  ...more,
});

test('an outdated replica may end only while all others serve', () => {
  const target = standing(1);
  expect(mayEnd(target, [target, standing(2), standing(3, {stage: 'current'})])).toBe(true);
  expect(mayEnd(target, [target, standing(2, {stage: 'starting', serving: false})])).toBe(false);
  expect(mayEnd(target, [target, standing(2, {stage: 'down', serving: false})])).toBe(false);
  expect(mayEnd(target, [target, standing(2, {stage: 'down', serving: false, wanted: false})])).toBe(true);
  expect(mayEnd(target, [target, standing(2, {service: 'edge', stage: 'starting', serving: false})])).toBe(true);
});

test('one that does not serve is in nobody’s way', () => {
  const target = standing(1, {serving: false});
  expect(mayEnd(target, [target, standing(2, {serving: false})])).toBe(true);
});

test('another artifact: all end at once, and none starts beside the old', () => {
  const target = standing(1, {artifact: 'b'});
  expect(mayEnd(target, [target, standing(2, {artifact: 'b', stage: 'starting', serving: false})])).toBe(true);
  const down = standing(1, {artifact: 'b', runningArtifact: null, stage: 'down', serving: false});
  expect(mayStart(down, [down, standing(2, {artifact: 'b', stage: 'starting', serving: false})])).toBe(false);
  expect(mayStart(down, [down, standing(2, {artifact: 'b', runningArtifact: 'b', stage: 'current'})])).toBe(true);
  expect(mayStart(down, [down, standing(2, {artifact: 'b', runningArtifact: null, stage: 'down'})])).toBe(true);
});

describe('ports that change hands', () => {
  const balancer = standing(9, {
    ...{name: 'lb', service: 'lb', artifact: null, runningArtifact: null, stage: 'down', serving: false},
    ports: [8888],
  });
  const owner = standing(1, {ports: [8891], heldPorts: [8888]});
  const fresh = standing(2, {stage: 'current', ports: [8892], heldPorts: [8892]});

  test('the new owner waits for the old one, and that one for all that can be warm', () => {
    expect(mayStart(balancer, [owner, fresh, balancer])).toBe(false);
    const loading: Standing = {...fresh, stage: 'starting', serving: false};
    expect(mayEnd(owner, [owner, loading, balancer])).toBe(false);
    expect(mayEnd(owner, [owner, {...loading, stage: 'down', failed: true}, balancer])).toBe(false);
    expect(mayEnd(owner, [owner, fresh, balancer])).toBe(true);
    expect(mayStart(balancer, [{...owner, stage: 'down', heldPorts: []}, fresh, balancer])).toBe(true);
  });

  test('what leans on the new owner need not serve before', () => {
    const door = {...balancer, ports: [8887, 8888]};
    const api = standing(3, {service: 'api', stage: 'starting', serving: false, ports: [8901], leansOnPort: 8887});
    expect(mayEnd(owner, [owner, fresh, door, api])).toBe(true);
    expect(mayEnd(owner, [owner, fresh, door, {...api, leansOnPort: 9000}])).toBe(false);
  });

  test('what the plan no longer names ends last, unless it runs another model than its successors', () => {
    const surplus = standing(4, {wanted: false, surplus: true});
    expect(mayEnd(surplus, [surplus, fresh])).toBe(true);
    expect(mayEnd(surplus, [surplus, {...fresh, stage: 'starting', serving: false}])).toBe(false);
    expect(mayEnd(surplus, [surplus, standing(2, {artifact: 'b', stage: 'down', serving: false})])).toBe(true);
  });

  test('a load balancer whose ports change hands is ended and not reloaded', () => {
    const running: Standing = {...balancer, stage: 'current', serving: true, ports: [8901], heldPorts: [8888]};
    const api = standing(3, {service: 'api', stage: 'down', serving: false, ports: [8888], heldPorts: []});
    expect(mayReload(running, [running, api])).toBe(false);
    expect(mayEnd(running, [running, api])).toBe(true);
    const blocking: Standing = {...api, stage: 'current', serving: true, ports: [8902], heldPorts: [8901]};
    expect(mayReload(running, [running, blocking])).toBe(false);
    expect(mayEnd(running, [running, blocking])).toBe(false);
    expect(mayReload(running, [running, fresh])).toBe(true);
  });
});
