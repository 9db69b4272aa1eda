import {infoSchema} from '@sutra/contract/http-info';
import {artifactOf} from '@sutra/contract/model-entry';
import {SutraError} from '../../../../errors.js';
import {requestJson} from '../../../../system/http/http-json.js';
import {embeddersOnHost} from '../../../../topology/place.js';
import {type Check, passIf} from '../../check.js';

/** A dimension set in one place and not in another once made every request of an earlier system fail and retry. */
export const dimensionAgreed: Check = {
  phase: 0,
  id: 'dimension-agreed',
  unit: 'replicas',
  target: ({plan}) => `= ${embeddersOnHost(plan).length}`,
  async run({plan, system}) {
    const instances = embeddersOnHost(plan);
    const odd: string[] = [];
    for (const {name, host, port} of instances) {
      const url = `http://${host}:${port}/info`;
      const {body, status} = await requestJson(url, {schema: infoSchema, timeoutMs: 5_000, signal: system.signal});
      if (body === null) throw new SutraError('NETWORK', `${name}: ${url} answered ${status}`);
      const agrees = body.model.default_dimension === plan.dimension && body.model.artifact === artifactOf(plan.model);
      if (!agrees) odd.push(`${name} has ${body.model.default_dimension}, ${body.model.artifact.slice(0, 12)}`);
    }
    const reason =
      odd.length === 0
        ? `all serve dimension ${plan.dimension} of artifact ${artifactOf(plan.model).slice(0, 12)}`
        : odd.join('; ');
    return passIf(odd.length === 0, instances.length - odd.length, reason);
  },
};
