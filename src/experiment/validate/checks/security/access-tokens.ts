import {SutraError} from '../../../../errors.js';
import {strangerAt} from '../../../../system/http/stranger.js';
import {signAccessToken} from '../../../../system/tls/access-token.js';
import {apiKeyVariable, parseApiKeys} from '../../../../topology/api-keys.js';
import {type Check, passIf} from '../../check.js';
import {refuseLimited} from '../../refuse-limited.js';

const minuteMs = 60_000;

/** Tokens of each kind against the API. The DELETE goes to a path where an admin finds nothing to delete either. */
export const accessTokens: Check = {
  phase: 'security',
  id: 'access-tokens',
  unit: 'HTTP statuses',
  target: () => '200, 403, 405, 401, 401',
  appliesTo: ({security}) => security.apiKeys !== null,
  async run({plan: {urls}, system}) {
    const asked = parseApiKeys(system.env[apiKeyVariable]);
    if (asked.state !== 'keys') throw new SutraError('USAGE', `${apiKeyVariable} is not set: no token can be signed`);
    const nowMs = system.clock.nowMs();
    const valid = {subject: 'validate', issuedAtMs: nowMs, expiresAtMs: nowMs + minuteMs};
    const [key] = asked.keys;
    const reader = await signAccessToken(key, {...valid, role: 'reader'});
    const admin = await signAccessToken(key, {...valid, role: 'admin'});
    const expired = {...valid, issuedAtMs: nowMs - 2 * minuteMs, expiresAtMs: nowMs - minuteMs};
    await using stranger = strangerAt(urls.api);
    const statuses: number[] = [];
    for (const [method, token] of [
      ['GET', reader],
      ['DELETE', reader],
      ['DELETE', admin],
      ['GET', await signAccessToken(key, {...expired, role: 'admin'})],
      ['GET', withOtherSignature(admin, reader)],
    ] as const) {
      const {status} = await stranger.ask('/info', {
        method,
        signal: system.signal,
        headers: {authorization: `Bearer ${token}`},
      });
      refuseLimited(status);
      statuses.push(status);
    }
    const measured = statuses.join(', ');
    const reason = `${urls.api}/info with a reader's token, DELETE by a reader and by an admin, an expired token, one with another's signature`;
    return passIf(measured === '200, 403, 405, 401, 401', measured, reason);
  },
};

function withOtherSignature(token: string, other: string): string {
  return [...token.split('.').slice(0, 2), other.split('.')[2]].join('.');
}
