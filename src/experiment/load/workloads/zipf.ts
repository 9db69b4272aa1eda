import {z} from 'zod';
import {keyCount} from './key-count.js';
import {textOfKey} from './text-of-key.js';
import type {WorkloadKind} from './workload.js';
import {zipfRanks} from './zipf-ranks.js';

const parameters = z.object({s: z.coerce.number().positive().max(10).default(1), keys: keyCount.default(100_000)});

export const zipf: WorkloadKind<z.infer<typeof parameters>> = {
  usage: 'zipf:S:KEYS',
  says: 'the text of rank r is requested in proportion to 1 / r^S, as in search traffic',
  parameters,
  draw: ({s, keys}, {random, words}) => {
    const rank = zipfRanks(s, keys, random);
    return () => textOfKey(rank() - 1, words);
  },
};
