import type Docker from 'dockerode';
import type {HaproxyVersion} from '../../render/haproxy/site.js';
import type {ImageService} from '../../topology/images.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {ImageIds} from '../runtime.js';

/** An image of this engine. */
export interface ImageChoice {
  /** As the Compose file names it: a name with its tag, or the id. */
  reference: string;
  id: string;
}

/** What the compose runtime must be told of this machine, asked for at `up` only. */
export interface ComposeHost {
  images: Record<ImageService, ImageChoice>;
  /** On this host; null where the model is baked into the image. */
  modelFolder: string | null;
  /** `uid:gid` */
  user: string;
  haproxyVersion: HaproxyVersion;
  startInterval: boolean;
}

export interface ComposeRuntimeOptions {
  docker: Docker;
  stateFolder: string;
  /** `images`: ids to run even where their names stand for others now. */
  host: (plan: Plan, images: ImageIds) => Promise<ComposeHost>;
}
