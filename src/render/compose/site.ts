import type {ImageService} from '../../topology/images.js';
import type {HaproxyVersion} from '../haproxy/site.js';

/** What a Compose file cannot know from the plan: the machine it will run on. */
export interface ComposeSite {
  /** A name with its tag, or an image id where a tag has moved on since. */
  images: Record<ImageService, string>;
  /** Folder of the model on the host; null where it is baked into the image. */
  modelFolder: string | null;
  /** `.sutra/` of the stack, absolute. */
  stateFolder: string;
  /** `uid:gid` the services run as: never root's. */
  user: string;
  /** Of the files in `secrets/` as they are now: with another digest HAProxy reads them again. */
  secretsDigest: string;
  /** Names the secret of the cache shard; null: none is deployed (yet). */
  cacheSecretId: string | null;
  haproxyVersion: HaproxyVersion;
  /** Engines from 25 on look more often while a container starts; older ones have one interval. */
  startInterval: boolean;
}
