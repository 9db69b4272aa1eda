import {z} from 'zod';
import {readTrace} from './read-trace.js';
import {textOfWords} from './text-of-key.js';
import type {WorkloadKind} from './workload.js';

const parameters = z.object({file: z.string().min(1)});

export const trace: WorkloadKind<z.infer<typeof parameters>> = {
  usage: 'trace:FILE',
  says: 'a recorded load: requests at the times of FILE (CSV), each a new text of the size there',
  parameters,
  read: async ({file}, signal) => ({trace: await readTrace(file, signal)}),
  draw: (_, {file, random, words: {least, most}, seed, share}) => {
    const sizes = file.trace?.words ?? new Uint32Array(1);
    let place = share.index;
    return () => {
      const words = Math.min(most, Math.max(least, sizes[place % sizes.length] ?? 1));
      const text = textOfWords(words, random, `${seed}-${place}`);
      place += share.of;
      return text;
    };
  },
};
