import {randomUUID} from 'node:crypto';
import {credentialsFor} from '../../../../system/http/stack-credentials.js';
import {strangerAt} from '../../../../system/http/stranger.js';
import {type Check, passIf} from '../../check.js';
import {refuseLimited} from '../../refuse-limited.js';

/** Without a key, with a wrong one, with the right one, by the way clients take. */
export const apiKeys: Check = {
  phase: 'security',
  id: 'api-keys',
  unit: 'HTTP statuses',
  target: () => '401, 401, 200',
  appliesTo: ({security}) => security.apiKeys !== null || security.exposed,
  async run({plan: {security, urls}, system: {signal}}) {
    if (security.apiKeys === null) {
      return passIf(false, 'none', 'the API is exposed without API keys: set SUTRA_API_KEY and deploy again');
    }
    const right = credentialsFor(urls.api).headers;
    const wrong = {authorization: `Bearer ${randomUUID()}`};
    await using stranger = strangerAt(urls.api);
    const statuses: number[] = [];
    for (const headers of [{}, wrong, right]) {
      const {status} = await stranger.get('/info', {signal, headers});
      refuseLimited(status);
      statuses.push(status);
    }
    const measured = statuses.join(', ');
    const reason = `${urls.api}/info without a key, with a wrong one, with the first of SUTRA_API_KEY`;
    return passIf(measured === '401, 401, 200', measured, reason);
  },
};
