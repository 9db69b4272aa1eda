import {z} from 'zod';
import {haproxyStats} from '../../../../client/haproxy-stats.js';
import {requestJson} from '../../../../system/http/http-json.js';
import {type Check, passIf} from '../../check.js';
import {statsUrlOf} from '../../stats-url.js';

/** Tries what a stranger would try: taking a server out over the statistics page. */
export const statsReadOnly: Check = {
  phase: 2,
  id: 'stats-read-only',
  unit: 'HTTP status',
  target: () => '>= 400',
  async run({plan, system}) {
    const url = statsUrlOf(plan);
    const [first] = await haproxyStats(url, system.signal);
    if (first === undefined) return passIf(false, null, 'HAProxy lists no server');
    const {status} = await requestJson(url, {
      method: 'POST',
      headers: {'content-type': 'application/x-www-form-urlencoded'},
      form: `s=${first.server}&action=drain&b=${first.backend}`,
      schema: z.unknown(),
      timeoutMs: 5_000,
      signal: system.signal,
    });
    const after = (await haproxyStats(url, system.signal)).find(({server}) => server === first.server);
    const unchanged = after?.status === first.status;
    return passIf(
      unchanged && status >= 400,
      status,
      unchanged
        ? `an attempt to drain: ${first.server} stays ${first.status}`
        : `${first.server} is ${after?.status} now`,
    );
  },
};
