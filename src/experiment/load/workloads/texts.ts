import {z} from 'zod';
import {readTexts} from './read-texts.js';
import type {WorkloadKind} from './workload.js';

const parameters = z.object({file: z.string().min(1)});
const decoder = new TextDecoder('utf-8', {ignoreBOM: true});

export const texts: WorkloadKind<z.infer<typeof parameters>> = {
  usage: 'texts:FILE',
  says: 'the lines of FILE in order, repeated',
  parameters,
  read: async ({file}, signal) => ({texts: await readTexts(file, signal)}),
  draw: (_, {file, share}) => {
    const {bytes, offsets} = file.texts ?? {bytes: new Uint8Array(), offsets: new Float64Array(1)};
    const count = offsets.length - 1;
    let place = share.index;
    return () => {
      const at = place % count;
      place += share.of;
      // The decoder refuses shared memory; slice copies the one text.
      return decoder.decode(bytes.slice(offsets[at], offsets[at + 1]));
    };
  },
};
