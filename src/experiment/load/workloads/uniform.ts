import {z} from 'zod';
import {keyCount} from './key-count.js';
import {textOfKey} from './text-of-key.js';
import type {WorkloadKind} from './workload.js';

const parameters = z.object({keys: keyCount.default(1_000)});

export const uniform: WorkloadKind<z.infer<typeof parameters>> = {
  usage: 'uniform:KEYS',
  says: 'KEYS different texts, all equally likely',
  parameters,
  draw:
    ({keys}, {random, words}) =>
    () =>
      textOfKey(Math.floor(random() * keys), words),
};
