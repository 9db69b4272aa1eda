import {z} from 'zod';
import {keyCount} from './key-count.js';
import {textOfKey} from './text-of-key.js';
import type {WorkloadKind} from './workload.js';

const parameters = z.object({
  hot: keyCount.default(10),
  share: z.coerce.number().min(0).max(1).default(0.9),
  keys: keyCount.default(100_000),
});

export const hot: WorkloadKind<z.infer<typeof parameters>> = {
  usage: 'hot:HOT:SHARE:KEYS',
  says: 'HOT texts get the SHARE (0 to 1) of the requests, the KEYS others the rest',
  parameters,
  draw:
    ({hot: hotKeys, share, keys}, {random, words}) =>
    () =>
      textOfKey(Math.floor(random() < share ? random() * hotKeys : hotKeys + random() * keys), words),
};
