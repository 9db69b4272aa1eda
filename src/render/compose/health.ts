/** The checks themselves are in the images: every 30 s, three failures. Here only how often while a container starts. */
export function healthcheck(startInterval: boolean): object {
  return startInterval
    ? {interval: '30s', start_period: '120s', start_interval: '2s'}
    : // One interval for all: at 30 s the first look alone would come after half a minute.
      {interval: '5s', start_period: '120s'};
}
