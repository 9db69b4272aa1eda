import {createHash} from 'node:crypto';
import type {ProcessSpec} from '../../render/process-spec.js';

/** Of all that a running process cannot be given afterwards. Two specs with the same digest need no restart. */
export function processDigest(spec: ProcessSpec): string {
  const env = Object.entries(spec.env).sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify([spec.program, spec.args, env, spec.artifact ?? null]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
