import {type CacheEnvironment, cacheEnvironmentSchema} from '@sutra/contract/cache-environment';

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
