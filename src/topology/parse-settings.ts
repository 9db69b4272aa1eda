import {parseDocument} from 'yaml';
import type {z} from 'zod';
import {SutraError} from '../errors.js';
import {partialSettingsSchema, type Settings} from './settings.js';

export const settingsFile = 'sutra.yaml';

/** Reads the text of `sutra.yaml`; every mistake in it is told at once, each with its place. */
export function parseSettings(text: string, path: string): Settings {
  const document = parseDocument(text);
  const [syntax] = document.errors;
  if (syntax !== undefined) throw new SutraError('USAGE', `${path}: ${syntax.message}`);
  const result = partialSettingsSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  throw new SutraError('USAGE', `${path}: ${result.error.issues.map(describeIssue).join('; ')}`, {
    cure: '`sutra topology schema` prints what the file may hold',
  });
}

/** `cache.ttlSeconds: Too small: expected number to be >=1` */
export function describeIssue({path, message}: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
