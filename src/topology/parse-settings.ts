import {parseDocument} from 'yaml';
import type {z} from 'zod';
import {SutraError} from '../errors.js';
import {partialSettingsSchema, type Settings} from './settings.js';

export const settingsFile = 'sutra.yaml';

/** Reads the text of `sutra.yaml`; every mistake in it is told at once, each with its place. */
export function parseSettings(text: string, path: string): Settings {
  const result = partialSettingsSchema.safeParse(parsedYaml(text, path) ?? {});
  if (result.success) return result.data;
  throw new SutraError('USAGE', `${path}: ${result.error.issues.map(describeIssue).join('; ')}`, {
    cure: '`sutra topology schema` prints what the file may hold',
  });
}

// The file has no use for aliases; a few may stand in it, and a text whose aliases unfold to gigabytes may not.
const maxAliasCount = 20;

function parsedYaml(text: string, path: string): unknown {
  try {
    const document = parseDocument(text);
    const [syntax] = document.errors;
    if (syntax !== undefined) throw syntax;
    return document.toJS({maxAliasCount});
  } catch (cause) {
    // Nesting without an end exhausts the parser's stack, aliases its patience.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SutraError('USAGE', `${path}: ${reason}`, {cause});
  }
}

/** `cache.ttlSeconds: Too small: expected number to be >=1` */
export function describeIssue({path, message}: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
