import type {StackIdentity} from '../../decision/stack-identity.js';

/** `community: nomic-ai/nomic-embed-text-v1.5, 768 numbers, 3 replicas, cache on, as process`. */
export function identityText({edition, topology, model, dimension, replicas, cache, runtime}: StackIdentity): string {
  const shape = topology === edition ? edition : `${edition}, topology ${topology}`;
  const copies = replicas === 1 ? '1 replica' : `${replicas} replicas`;
  return `${shape}: ${model}, ${dimension} numbers, ${copies}, cache ${cache ? 'on' : 'off'}, as ${runtime}`;
}

/** The same as labels and texts, for a page. */
export function identityFacts(stack: StackIdentity): (readonly [string, string])[] {
  return [
    ['stack', identityText(stack)],
    ['weights', `sha256 ${stack.artifact.slice(0, 12)}`],
    ['version', stack.version],
  ];
}
