import type {z} from 'zod';
import {nearestName} from '../../nearest-name.js';
import {settingsSchema} from './settings.js';

/** `cache.ttlSeconds: Too small: expected number to be >=1`, with what was probably meant in `content`. */
export function describeIssue(issue: z.core.$ZodIssue, content?: unknown): string {
  const {path, message} = issue;
  const said = `${message}${meant(issue, content)}`;
  return path.length === 0 ? said : `${path.join('.')}: ${said}`;
}

function meant(issue: z.core.$ZodIssue, content: unknown): string {
  const nearest =
    issue.code === 'unrecognized_keys'
      ? nearestKey(issue.keys[0] ?? '', issue.path)
      : issue.code === 'invalid_value'
        ? nearestName(String(valueAt(content, issue.path)), issue.values.map(String))
        : null;
  return nearest === null ? '' : `; did you mean ${nearest}?`;
}

function nearestKey(key: string, path: readonly PropertyKey[]): string | null {
  const group = path[0];
  const {shape} = settingsSchema;
  const known = group === 'cache' || group === 'ports' ? shape[group].shape : shape;
  return nearestName(key, Object.keys(known));
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], content);
}
