import {SutraError} from '../../../../errors.js';
import {strangerAt} from '../../../../system/http/stranger.js';
import type {Plan} from '../../../../topology/plan-schema.js';
import {type Check, passIf} from '../../check.js';

/** More than that is a load test and not a question. */
const mostRequests = 10_000;

/**
 * Asks without a key from an address of its own until it is refused, then once from another address: where something
 * between hides the addresses (Docker does, on loopback), all callers without a key have one budget, and this used it up.
 */
export const rateLimit: Check = {
  phase: 'security',
  id: 'rate-limit',
  unit: 'answered, then 429',
  target: ({plan}) => `= ${plan.security.requestsPerMinute}`,
  appliesTo: ({security}) => security.requestsPerMinute !== null,
  async run({plan, system}) {
    const limit = plan.security.requestsPerMinute ?? 0;
    if (limit > mostRequests) throw new SutraError('STATE', `${limit} requests a minute are too many to test here`);
    // A minute that turns over meanwhile lets a few more pass.
    const slack = Math.max(2, limit / 10);
    await using stranger = strangerAt(plan.urls.api);
    for (let answered = 0; answered <= limit + slack; answered += 1) {
      const {status, headers} = await stranger.get('/info', {signal: system.signal});
      if (status !== 429) continue;
      const wait = headers['retry-after'];
      if (answered < limit - slack) {
        throw new SutraError(
          'STATE',
          `429 after ${answered}: other anonymous clients share this address; run this again in a minute`,
        );
      }
      await using another = strangerAt(plan.urls.api);
      const isShared = (await another.get('/info', {signal: system.signal})).status === 429;
      const reason = `from an anonymous client; then 429 with Retry-After ${wait ?? 'missing'}; ${sharing(isShared, plan)}`;
      return passIf(Number(wait) > 0, answered, reason);
    }
    return passIf(false, `> ${limit + slack}`, 'from an anonymous client, without a 429');
  },
};

function sharing(isShared: boolean, {security}: Plan): string {
  if (!isShared) return 'another address is still answered';
  const keys =
    security.apiKeys === null ? 'set SUTRA_API_KEY to limit each key separately' : 'each API key has its own limit';
  return `another local address gets 429 too: callers of this host without a key share one limit; ${keys}`;
}
