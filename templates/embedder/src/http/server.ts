import type {IncomingMessage} from 'node:http';
import {requestIdHeader} from '@sutra/contract/http-embed';
import fastify, {type FastifyInstance, type FastifyRequest} from 'fastify';
import type {AccessCheck} from './auth/api-keys.js';
import {guardAccess} from './auth/key-guard.js';
import {bodyLimitBytes} from './body/body-limit.js';
import {readBody} from './body/json-body.js';
import {answerCachedFirst} from './cached-answers.js';
import type {Context} from './context.js';
import {embedRoute} from './embed-route.js';
import {answerBrokenRequest, answerError, answerNotFound} from './errors.js';
import {handedOn} from './handed-on.js';
import {openaiRoute} from './openai-route.js';
import {requestId} from './request-id.js';
import {statusRoutes} from './status-routes.js';

export const timeoutsMs = {
  headers: 10_000,
  /** A whole request of the largest legal size, over a slow line. */
  request: 30_000,
  /** Longer than a load balancer keeps an idle connection, so that it is never the one to find it closed. */
  keepAlive: 75_000,
  check: 1_000,
};

/** The HTTP edge: routes, limits, time-outs, request ids, errors. */
export function buildServer(context: Context, access: AccessCheck | null): FastifyInstance {
  const service = context.env.SUTRA_SERVICE_NAME;
  const app = fastify({
    logger: false,
    genReqId: requestId,
    requestTimeout: timeoutsMs.request,
    keepAliveTimeout: timeoutsMs.keepAlive,
    http: {headersTimeout: timeoutsMs.headers, connectionsCheckingInterval: timeoutsMs.check},
    return503OnClosing: false,
    frameworkErrors: answerError(service),
    clientErrorHandler: answerBrokenRequest,
  });
  const methods = collectMethods(app);
  app.setErrorHandler(answerError(service));
  app.setNotFoundHandler(answerNotFound((path) => [...(methods.get(path) ?? [])]));
  readEveryBody(app, bodyLimitBytes(context.env.SUTRA_ROLE));
  app.addHook('onRequest', (request, reply, next) => {
    reply.header(requestIdHeader, request.id);
    // Bodies are JSON whatever the client calls them: `curl -d` says they are a form.
    delete request.headers['content-type'];
    next();
  });
  app.addHook('onSend', (_request, reply, _payload, next) => {
    if (context.draining) reply.header('connection', 'close');
    next();
  });
  app.addHook('onResponse', (request, reply, next) => {
    context.metrics.request(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    next();
  });
  embedRoute(app, context);
  openaiRoute(app, context);
  statusRoutes(app, context);
  answerCachedFirst(app.server, context);
  guardAccess(app.server, access, context);
  return app;
}

function readEveryBody(app: FastifyInstance, limitBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const read = handedOn(payload)?.body;
    if (read !== undefined) return read;
    return await readBody(payload, limitBytes, Number(request.headers['content-length'] ?? 0));
  });
}

function collectMethods(app: FastifyInstance): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({url, method}) => {
    const known = methods.get(url) ?? new Set();
    for (const name of [method].flat()) known.add(name);
    methods.set(url, known);
  });
  return methods;
}
