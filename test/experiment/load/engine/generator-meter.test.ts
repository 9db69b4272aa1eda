import {setImmediate as turn} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {GeneratorMeter} from '../../../../src/experiment/load/engine/generator-meter.js';

const lengthMs = 300;

/** Turns its event loop without a pause, and says of each turn that it waited, or does not. */
async function busyPercent(say: (meter: GeneratorMeter, nowMs: number) => void): Promise<number> {
  const meter = new GeneratorMeter();
  meter.start();
  const untilMs = performance.now() + lengthMs;
  while (performance.now() < untilMs) {
    say(meter, performance.now());
    await turn();
    meter.works(performance.now());
  }
  return meter.stop().busyPercent ?? Number.NaN;
}

describe('a thread of the generator', () => {
  it('that turns without a pause is busy', async () => {
    expect(await busyPercent(() => undefined)).toBeGreaterThan(80);
  });

  it('is not, if it only waits that way', async () => {
    const working = await busyPercent(() => undefined);
    expect(await busyPercent((meter, nowMs) => meter.spins(nowMs))).toBeLessThan(working - 20);
  });

  it('does not take for waiting what kept it from its core', () => {
    const meter = new GeneratorMeter();
    meter.start();
    const beganMs = performance.now();
    meter.spins(beganMs);
    while (performance.now() < beganMs + lengthMs);
    meter.works(performance.now());
    expect(meter.stop().busyPercent).toBeGreaterThan(80);
  });
});
