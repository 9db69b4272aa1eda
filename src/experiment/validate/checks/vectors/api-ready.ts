import {z} from 'zod';
import {requestJson} from '../../../../system/http/http-json.js';
import {type Check, type Finding, failIfSilent, passIf} from '../../check.js';
import type {StackUnderTest} from '../../stack-under-test.js';

export const apiReady: Check = {
  phase: 0,
  id: 'api-ready',
  unit: 'HTTP status',
  target: () => '= 200',
  run: (stack) => askReady(stack).catch(failIfSilent),
};

async function askReady({plan, system}: StackUnderTest): Promise<Finding> {
  const url = `${plan.urls.api}/ready`;
  const {status} = await requestJson(url, {schema: z.unknown(), timeoutMs: 5_000, signal: system.signal});
  return passIf(status === 200, status, `${url} answered ${status}`);
}
