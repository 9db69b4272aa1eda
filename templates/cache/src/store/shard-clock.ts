import {performance} from 'node:perf_hooks';
import {l2Limits} from '@sutra/contract/l2-protocol';

/** The machine's two clocks, in milliseconds. */
export interface MachineClocks {
  /** Since 1970; whoever sets it may move it either way. */
  wallMs(): number;
  /** Since any moment; never goes back. */
  monotonicMs(): number;
}

export const machineClocks: MachineClocks = {wallMs: Date.now, monotonicMs: () => performance.now()};

/**
 * The time by which entries expire. It follows the wall clock forward and never back: an entry that was stored while
 * the clock was days ahead would otherwise live those days longer once the clock is set right.
 */
export class ShardClock {
  readonly #clocks: MachineClocks;
  #aheadMs = 0;

  constructor(clocks: MachineClocks) {
    this.#clocks = clocks;
  }

  /** Whole milliseconds since 1970, as far as the wall clock can be believed. */
  nowMs(): number {
    const monotonicMs = this.#clocks.monotonicMs();
    const wallMs = this.#clocks.wallMs();
    // No clock of a real machine is beyond the limit: half of it leaves room for every life.
    if (wallMs < l2Limits.timeMs / 2) this.#aheadMs = Math.max(this.#aheadMs, wallMs - monotonicMs);
    return Math.floor(monotonicMs + this.#aheadMs);
  }
}
