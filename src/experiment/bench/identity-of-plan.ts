import {artifactOf} from '@sutra/contract/model-entry';
import type {StackIdentity} from '../../decision/stack-identity.js';
import type {Plan} from '../../topology/plan-schema.js';

/** What the stack of a plan is, as evidence names it. */
export function identityOf({version, model, edition, shape, dimension, services, cache, runtime}: Plan): StackIdentity {
  const replicas = services.filter(({workers}) => workers > 0).flatMap((service) => service.replicas).length;
  const artifact = artifactOf(model);
  return {
    version,
    model: model.id,
    artifact,
    edition,
    topology: shape,
    dimension,
    replicas,
    cache: cache.enabled,
    runtime,
  };
}
