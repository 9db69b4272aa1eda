import {z} from 'zod';
import {requestJson} from '../system/http/http-json.js';
import {placeOnHost} from '../topology/place.js';
import type {Plan} from '../topology/plan-schema.js';

const timeoutMs = 1_500;
const healthSchema = z.object({version: z.string()});

/** What each instance says it is a version of; one that does not answer, or has no page to say so, is left out. */
export async function instanceVersions(plan: Plan, signal: AbortSignal): Promise<Map<string, string>> {
  const asked = placeOnHost(plan).map(async ({name, service, host, port}) => {
    const {hostPort, livePath} = service.probe;
    if (service.protocol !== 'http' && hostPort === null) return [];
    const url = `http://${host}:${hostPort ?? port}${livePath}`;
    const reply = await requestJson(url, {schema: healthSchema, timeoutMs, signal}).catch(() => null);
    return reply?.body ? [[name, reply.body.version] as const] : [];
  });
  const versions = new Map((await Promise.all(asked)).flat());
  signal.throwIfAborted();
  return versions;
}
