import {join} from 'node:path';
import type {Plan} from '../../topology/plan-schema.js';
import type {ComposeSite} from './site.js';

/** Where containers find secrets, and the files' names there and in `.sutra/secrets/`. */
export const secretsInside = '/run/secrets';
export const apiKeysFile = 'api-keys';
export const certificateFile = 'tls.pem';

export function secretsFolderOf({stateFolder}: ComposeSite): string {
  return join(stateFolder, 'secrets');
}

/** The one file that a service of the API sees: the key of the certificate is none of its business. */
export function apiKeysSecret(site: ComposeSite): object {
  return {[apiKeysFile]: {file: join(secretsFolderOf(site), apiKeysFile)}};
}

export function hasSecrets({security}: Plan): boolean {
  return security.apiKeys !== null || security.tls !== 'off';
}
