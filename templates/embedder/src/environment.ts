import {type EmbedderEnvironment, embedderEnvironmentSchema} from '@sutra/contract/embedder-environment';

/** The service cannot start as it is configured. One line: the variable, its value, what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** An empty variable counts as not set. Throws ConfigurationError. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): EmbedderEnvironment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ''));
  const read = embedderEnvironmentSchema.safeParse(given);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = String(issue?.path[0]);
    throw new ConfigurationError(`${name} ${shown(given[name])}: ${issue?.message}`);
  }
  const needed = read.data.SUTRA_ROLE === 'cached' ? 'ML_BASE_URL' : 'SUTRA_MODEL_DIR';
  if (read.data[needed] === undefined) {
    const what = needed === 'ML_BASE_URL' ? 'the address of the models' : 'the folder of the model';
    throw new ConfigurationError(`${needed} is not set: role ${read.data.SUTRA_ROLE} needs ${what}`);
  }
  return read.data;
}

function shown(value: string | undefined): string {
  return value === undefined ? 'is not set' : `is "${value}"`;
}
