/** What has an image of its own. */
export const imageServices = ['embedder', 'cache', 'load-balancer'] as const;
export type ImageService = (typeof imageServices)[number];

/** `sutra-embedder:0.1.0` */
export function imageOf(service: ImageService, version: string): string {
  return `sutra-${service}:${version}`;
}

/**
 * What an image may weigh, in MB of 10^6 bytes: above its base image by our own limit, and whole by the targets of the
 * documents' simple edition. The embedder stands in for two of their services, the cache shard for their storage.
 */
export const imageTargets: Record<ImageService, {aboveBaseMb: number | null; documents: string}> = {
  embedder: {aboveBaseMb: 90, documents: 'ml-base 1500, embedding 50'},
  cache: {aboveBaseMb: 20, documents: 'storage 160'},
  'load-balancer': {aboveBaseMb: null, documents: ''},
};
