import {haproxyStats} from '../../../../client/haproxy-stats.js';
import {balancedReplicas} from '../../../../topology/place.js';
import {type Check, type Finding, failIfSilent, passIf} from '../../check.js';
import type {StackUnderTest} from '../../stack-under-test.js';
import {statsUrlOf} from '../../stats-url.js';

export const serversUp: Check = {
  phase: 2,
  id: 'servers-up',
  unit: 'UP in HAProxy',
  target: ({plan}) => `= ${balancedReplicas(plan).length}`,
  run: (stack) => countUp(stack).catch(failIfSilent),
};

async function countUp({plan, system}: StackUnderTest): Promise<Finding> {
  const servers = await haproxyStats(statsUrlOf(plan), system.signal);
  const wanted = balancedReplicas(plan);
  const status = new Map(servers.map((server) => [server.server, server.status]));
  const notUp = wanted.filter((name) => status.get(name) !== 'UP');
  const reason =
    notUp.length === 0
      ? 'all replicas take traffic'
      : notUp.map((name) => `${name} is ${status.get(name) ?? 'not listed'}`).join('; ');
  return passIf(notUp.length === 0, wanted.length - notUp.length, reason);
}
