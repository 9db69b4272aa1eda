import {parentPort, workerData} from 'node:worker_threads';
import {Writer} from './writer.js';
import type {WriterAnswer, WriterOptions, WriterRequest} from './writer-messages.js';

// The one connection that writes lives in this thread, so that a commit never holds up a get.

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const options: WriterOptions = workerData;
const answer = (message: WriterAnswer) => port.postMessage(message);

const writer = new Writer(options);
answer(writer.ready());
port.on('message', (request: WriterRequest) => {
  answer(writer.handle(request));
  if (request.kind === 'close') port.close();
});
