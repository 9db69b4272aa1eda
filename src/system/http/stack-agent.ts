import {Agent} from 'undici';

/** Twice the largest legal answer: 2,048 vectors of 768 numbers as JSON. A server that never stops is not read to the end of memory. */
const longestAnswerBytes = 64 * 1024 * 1024;

/**
 * Connections to a stack. They go where the URL points and never through a proxy: Node's own default agents do, when
 * NODE_USE_ENV_PROXY or --use-env-proxy is set, and a request to the stack carries an API key.
 */
export function stackAgent(options: Agent.Options = {}): Agent {
  return new Agent({maxResponseSize: longestAnswerBytes, ...options});
}

/** For calls that need nothing of their own. One for the whole command, so that connections are used again. */
export const sharedStackAgent = stackAgent();
