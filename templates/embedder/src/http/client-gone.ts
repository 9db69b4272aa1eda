import type {FastifyReply} from 'fastify';

/** The client left before its answer was written. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Aborts when the connection closes before the answer is written. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new ClientGone('the client has gone'));
  });
  return controller.signal;
}
