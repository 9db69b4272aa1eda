import {readFileSync} from 'node:fs';
import {modelEntrySchema} from '@sutra/contract/model-entry';
import {pullEntry} from '../../src/model/store.js';
import {nodeSystem} from '../../src/system/node-system.js';

// A pull in a process of its own: argv names the file with the entry; a line a note, a line at the first bytes, `done`.
const entry = modelEntrySchema.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
let receiving = false;
const {folder} = await pullEntry(nodeSystem(new AbortController().signal), entry, {
  onNote: (text) => process.stdout.write(`note ${text}\n`),
  onProgress: ({receivedBytes}) => {
    if (receiving || receivedBytes === 0) return;
    receiving = true;
    process.stdout.write('receiving\n');
  },
});
process.stdout.write(`done ${folder}\n`);
