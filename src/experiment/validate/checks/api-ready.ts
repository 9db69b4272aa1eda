import {z} from 'zod';
import {requestJson} from '../../../system/http-json.js';
import {type Check, passIf} from '../check.js';

export const apiReady: Check = {
  phase: 0,
  id: 'api-ready',
  unit: 'HTTP status',
  target: () => '= 200',
  async run({plan, system}) {
    const url = `${plan.urls.api}/ready`;
    const {status} = await requestJson(url, {schema: z.unknown(), timeoutMs: 5_000, signal: system.signal});
    return passIf(status === 200, status, `${url} answered ${status}`);
  },
};
