import {readFileSync} from 'node:fs';
import {type CacheEnvironment, cacheEnvironmentSchema} from '@sutra/contract/cache-environment';
import {readCacheSecret} from '@sutra/contract/l2-secret';

/** The shard cannot start as it is configured. One line: the variable, its value, what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** An empty variable counts as not set. Throws ConfigurationError. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): CacheEnvironment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ''));
  const read = cacheEnvironmentSchema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const name = String(issue?.path[0]);
  throw new ConfigurationError(`${name} is "${given[name]}": ${issue?.message}`);
}

/** What clients must know; null where no file is named. Throws ConfigurationError: no shard is open for lack of a file. */
export function readSecret(path: string | undefined): string | null {
  if (path === undefined) return null;
  try {
    return readCacheSecret(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(`SUTRA_CACHE_SECRET_FILE is "${path}": ${reason}`);
  }
}
