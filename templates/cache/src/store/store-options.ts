import type {MachineClocks} from './shard-clock.js';
import type {Damage} from './writer/writer-messages.js';

export interface StoreOptions {
  folder: string;
  capacity: number;
  ttlSeconds: number;
  memoryBytes: number;
  sync: 'normal' | 'full';
  clocks: MachineClocks;
  onDamage(damage: Damage): void;
  /** Whether writes succeed changed. */
  onWritable(writable: boolean, reason: string): void;
  /** Nothing can be stored any more. */
  onLost(error: Error): void;
}
