import {crashDetectionMs, hangDetectionMs, timingProfiles} from '../../../../topology/timing.js';
import {type Check, passIf} from '../../check.js';
import {statsUrlOf} from '../../stats-url.js';

const goalMs = 5_000;

/** Computed from the health checks, not measured: chaos measures it. */
export const detection: Check = {
  phase: 2,
  id: 'detection',
  unit: 's',
  computed: true,
  target: () => `< ${goalMs / 1_000}`,
  run({plan}) {
    statsUrlOf(plan);
    const timing = timingProfiles[plan.loadBalancer?.timing ?? 'fast'];
    const hangMs = hangDetectionMs(timing);
    const reason = `time to see a hang, from the health checks of profile ${plan.loadBalancer?.timing}: every ${timing.interMs / 1_000} s, ${timing.fall} failures; a crash is seen within ${crashDetectionMs(timing) / 1_000} s`;
    return Promise.resolve(passIf(hangMs < goalMs, hangMs / 1_000, reason));
  },
};
