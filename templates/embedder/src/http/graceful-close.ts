import type {IncomingMessage} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';
import type {FastifyInstance} from 'fastify';

const lookMs = 20;

/**
 * Watches the requests of a server; the function it returns stops listening, waits until every request is answered, and
 * then closes what connections are left: Node itself would wait for one that never asked anything. A request that is
 * still arriving has `arrivalMs` to do so.
 */
export function gracefulClose(app: FastifyInstance, arrivalMs: number): () => Promise<void> {
  const inFlight = new Set<IncomingMessage>();
  app.server.on('request', (request, response) => {
    inFlight.add(request);
    response.on('close', () => inFlight.delete(request));
  });
  return async () => {
    const startedMs = performance.now();
    const closing = app.close();
    const worthWaiting = (request: IncomingMessage) => request.complete || performance.now() - startedMs < arrivalMs;
    while ([...inFlight].some(worthWaiting)) await sleep(lookMs);
    app.server.closeAllConnections();
    await closing;
  };
}
