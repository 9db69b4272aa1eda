import {z} from 'zod';
import {readTrace} from './read-trace.js';
import {textOfWords} from './text-of-key.js';
import type {WorkloadKind} from './workload.js';

const parameters = z.object({file: z.string().min(1)});

export const trace: WorkloadKind<z.infer<typeof parameters>> = {
  usage: 'trace:FILE',
  says: 'recorded load: requests at the times in FILE (CSV), each with a new text of the recorded size',
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
