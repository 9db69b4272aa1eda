/** What has an image of its own. */
export const imageServices = ['embedder', 'cache', 'load-balancer'] as const;
export type ImageService = (typeof imageServices)[number];

/** `sutra-embedder:0.1.0` */
export function imageOf(service: ImageService, version: string): string {
  return `sutra-${service}:${version}`;
}
