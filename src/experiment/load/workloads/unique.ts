import {z} from 'zod';
import {textOfWords} from './text-of-key.js';
import type {WorkloadKind} from './workload.js';

const parameters = z.object({});

export const unique: WorkloadKind<z.infer<typeof parameters>> = {
  usage: 'unique',
  says: 'every text is new, so no cache helps; another seed gives other texts',
  parameters,
  draw: (_, {random, words: {least, most}, seed, share}) => {
    let place = share.index;
    return () => {
      const words = least + Math.floor(random() * (most - least + 1));
      const text = textOfWords(words, random, `${seed}-${place}`);
      place += share.of;
      return text;
    };
  },
};
