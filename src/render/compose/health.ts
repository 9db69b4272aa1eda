/**
 * The checks themselves are in the images, every 30 s as the documents have it. Here every 5 s: they also end a service
 * that hangs, and requests wait in it until then. Newer engines look more often while a container starts.
 */
export function healthcheck(startInterval: boolean): object {
  return {interval: '5s', start_period: '120s', ...(startInterval ? {start_interval: '1s'} : {})};
}
