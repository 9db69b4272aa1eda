import {haproxyStats} from '../../../src/client/haproxy-stats.js';
import {until} from '../docker.js';
import {type Break, reconfigured, tampered, toldHaproxy} from './break.js';
import type {HealthyStack} from './healthy-stack.js';

const second = 'ml-base-2';

/** What can be wrong with the replicas and the load balancer before them. */
export const balanceBreaks: Break[] = [
  {
    what: 'a replica is stopped',
    fails: ['replicas-healthy', 'servers-up', 'distribution'],
    async apply(stack, healing) {
      healing.defer(() => stack.reconcile(stack.files));
      await stack.runtime.stop(second, stack.system.signal);
      await out(stack);
      return {};
    },
  },
  {
    what: 'a healthy replica gets no traffic',
    fails: ['servers-up', 'distribution'],
    async apply(stack, healing) {
      healing.defer(async () => {
        await toldHaproxy(stack, `set server ml-base/${second} state ready`);
      });
      await toldHaproxy(stack, `set server ml-base/${second} state maint`);
      await out(stack);
      return {};
    },
  },
  {
    what: 'every fiftieth request to the models is lost',
    fails: ['all-answered'],
    // Its observation takes a replica out for a moment.
    mayFail: 'servers-up',
    apply(stack, healing) {
      let count = 0;
      return tampered(stack, healing, {
        before: 'loadBalancer',
        async with({forward}) {
          count += 1;
          return count % 50 === 0 ? {status: 503, headers: {}, text: '{}'} : await forward();
        },
      });
    },
  },
  {
    what: 'HAProxy fills one replica before the next',
    fails: ['distribution'],
    async apply(stack, healing) {
      await reconfigured(stack, healing, (text) => text.replace(/balance .*/, 'balance first'));
      return {};
    },
  },
  {
    what: 'replicas are checked every 30 s',
    fails: ['detection'],
    mayFail: 'distribution',
    apply({plan}) {
      const {loadBalancer} = plan;
      if (loadBalancer === null) throw new Error('there is no load balancer');
      return Promise.resolve({plan: {...plan, loadBalancer: {...loadBalancer, timing: 'seed' as const}}});
    },
  },
];

/** Waits until the load balancer sends nothing to the second replica. */
async function out({plan, system}: HealthyStack): Promise<void> {
  await until(
    `${second} is out`,
    async () => {
      const servers = await haproxyStats(plan.urls.stats ?? '', system.signal);
      return servers.find(({server}) => server === second)?.status !== 'UP';
    },
    10_000,
  );
}
