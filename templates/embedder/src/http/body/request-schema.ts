import {maxTexts} from '@sutra/contract/http-embed';
import type {z} from 'zod';
import {EmbedFailure} from '../../failure.js';

/** The body by its schema, its list counted before anything looks into it. Throws EmbedFailure. */
export function readRequest<S extends z.ZodType>(schema: S, body: unknown, listKey: string): z.infer<S> {
  const list = isObject(body) ? body[listKey] : undefined;
  if (Array.isArray(list) && list.length > maxTexts) {
    throw new EmbedFailure('too_many_texts', `${list.length} texts are more than the ${maxTexts} of one request`, {
      details: {count: list.length, limit: maxTexts},
    });
  }
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const issues = read.error.issues.slice(0, 10).map(({path, message}) => ({path: path.join('.'), message}));
  const [first] = issues;
  throw new EmbedFailure('invalid', first?.path ? `${first.path}: ${first.message}` : `${first?.message}`, {
    details: {issues},
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
