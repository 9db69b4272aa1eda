import {z} from 'zod';
import {requestJson} from '../../../../system/http/http-json.js';
import {type Check, passIf} from '../../check.js';

const hostile = [
  '{"texts":["a"',
  '['.repeat(50_000),
  'null',
  '{"texts":[1]}',
  '{"texts":["\\ud800"]}',
  '{"__proto__":{"texts":["a"]}}',
  '{"texts":["a"],"dimension":1e999}',
  `{"texts":[${'"a",'.repeat(300)}"a"]}`,
];

const envelope = z.object({error: z.object({code: z.string(), message: z.string()}), request_id: z.string()});
/** Frames of a stack, paths of the code. */
const inside = /\bat .*:\d+:\d+|node_modules|\.[jt]s:\d+/;

/** What is no request is answered as one: an error in the envelope that tells nothing of the inside. */
export const hostileBodies: Check = {
  phase: 'security',
  id: 'hostile-bodies',
  unit: 'badly answered',
  target: () => '= 0',
  async run({plan, system}) {
    const url = `${plan.urls.api}/embed`;
    const bad: string[] = [];
    for (const form of hostile) {
      const options = {method: 'POST', form, schema: z.unknown(), timeoutMs: 30_000, signal: system.signal} as const;
      const {status, text} = await requestJson(url, options);
      const good = status >= 400 && status < 500 && isEnvelope(text) && !inside.test(text);
      if (!good) bad.push(`${form.slice(0, 30)}: ${status} ${text.slice(0, 60)}`);
    }
    const reason = bad.length === 0 ? `${hostile.length} invalid bodies, each answered with a 4xx` : bad.join('; ');
    return passIf(bad.length === 0, bad.length, reason);
  },
};

function isEnvelope(text: string): boolean {
  try {
    return envelope.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
