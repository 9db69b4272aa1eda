import {docker} from './compose-stack.js';

type Service = 'embedder' | 'cache' | 'load-balancer';

/**
 * The product's images under another version; those named are changed (`ENV A=1`), so that they are other images. Their
 * names are gone after disposal.
 */
export function tagImages(
  version: string,
  changes: Partial<Record<Service, string[]>>,
): Disposable & {version: string} {
  const names = (['embedder', 'cache', 'load-balancer'] as const).map((service) => {
    const name = `sutra-${service}:${version}`;
    docker(['tag', `sutra-${service}:latest`, name]);
    return {service, name};
  });
  for (const {service, name} of names) {
    const lines = changes[service];
    if (lines === undefined) continue;
    const id = docker(['create', name]).trim();
    docker(['commit', ...lines.flatMap((line) => ['--change', line]), id, name]);
    docker(['rm', id]);
  }
  return {version, [Symbol.dispose]: () => docker(['rmi', '--force', ...names.map(({name}) => name)])};
}
