import {describe, expect, it} from 'vitest';
import {CircuitBreaker} from '../../../../templates/embedder/src/l2/circuit-breaker.js';

const opened = () => {
  const breaker = new CircuitBreaker({failures: 3, openMs: 500});
  expect([1_000, 1_001, 1_002].map((nowMs) => breaker.failed(nowMs))).toEqual([false, false, true]);
  return breaker;
};

describe('the circuit breaker', () => {
  it('opens after so many failures in a row, and not after as many with a success between', () => {
    const breaker = new CircuitBreaker({failures: 3, openMs: 500});
    for (let i = 0; i < 10; i++) {
      breaker.failed(i);
      breaker.failed(i);
      breaker.succeeded();
    }
    expect(breaker.state).toBe('closed');
    expect(opened().state).toBe('open');
  });

  it('allows one probe after its time, and not a second one beside it', () => {
    const breaker = opened();
    expect(breaker.mayProbe(1_501)).toBe(false);
    expect(breaker.mayProbe(1_502)).toBe(true);
    expect(breaker.state).toBe('half-open');
    expect(breaker.mayProbe(9_999)).toBe(false);
  });

  it('closes when the probe succeeds, and waits anew when it fails', () => {
    const breaker = opened();
    breaker.mayProbe(2_000);
    expect(breaker.failed(2_010)).toBe(true);
    expect(breaker.mayProbe(2_500)).toBe(false);
    expect(breaker.mayProbe(2_510)).toBe(true);
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
    expect(breaker.failed(3_000)).toBe(false);
  });
});
