import {SutraError} from '../../errors.js';
import type {Plan} from '../../topology/plan-schema.js';

/** The statistics page of the plan's load balancer. Throws STATE where there is none to ask. */
export function statsUrlOf({urls, shape}: Plan): string {
  if (urls.stats !== null) return urls.stats;
  throw new SutraError('STATE', `topology ${shape} has no load balancer`, {cure: 'sutra deploy --edition community'});
}
