import {createHash} from 'node:crypto';
import type Docker from 'dockerode';
import {isGone} from './containers.js';

/** Whether two image ids stand for images that run the same. */
export type SameImage = (a: string, b: string) => boolean;

/**
 * Compares images by their layers and by how they start, not by their ids: another version label, or a later build of
 * the same files, is no reason to end a container, least of all the load balancer's.
 */
export async function compareImages(docker: Docker, ids: string[]): Promise<SameImage> {
  const distinct = [...new Set(ids)];
  const contents = new Map(await Promise.all(distinct.map(async (id) => [id, await contentOf(docker, id)] as const)));
  return (a, b) => a === b || (contents.get(a) !== null && contents.get(a) === contents.get(b));
}

/** null where the image is gone. */
async function contentOf(docker: Docker, id: string): Promise<string | null> {
  try {
    const {RootFS, Config} = await docker.getImage(id).inspect();
    const {Env, Cmd, Entrypoint, WorkingDir, Healthcheck, StopSignal} = Config as Record<string, unknown>;
    const content = {layers: RootFS.Layers, Env, Cmd, Entrypoint, WorkingDir, Healthcheck, StopSignal};
    return createHash('sha256').update(JSON.stringify(content)).digest('hex');
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
