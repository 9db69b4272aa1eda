import {isExposedPort} from '../../../../topology/security.js';
import type {Check} from '../../check.js';
import {noneOf} from '../../confined.js';

const loopback = /^(127\.\d+\.\d+\.\d+|::1)$/;

/** Nothing listens beyond loopback unless the plan says so of the API, and then nothing else does. */
export const loopbackOnly: Check = {
  phase: 'security',
  id: 'loopback-only',
  unit: 'instances beyond',
  target: () => '= 0',
  run(stack) {
    const {plan} = stack;
    const good = plan.security.exposed
      ? `on loopback, except the API on port ${new URL(plan.urls.api).port}, which is exposed on purpose`
      : 'on loopback';
    return noneOf(stack, {
      good,
      fault({listens}) {
        const beyond = listens.filter(({address, port}) => !loopback.test(address) && !isExposedPort(plan, port));
        if (beyond.length === 0) return null;
        return `listens on ${beyond.map(({address, port}) => `${address} port ${port}`).join(', ')}`;
      },
    });
  },
};
