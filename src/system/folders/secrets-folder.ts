import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {readTextIfThere} from '../files/files.js';

export const secretsFolder = 'secrets';

export interface SecretFiles {
  folder: string;
  /** Digests of the API keys, one a line; no key can be read from it. */
  apiKeys: string;
  /** Certificate chain and private key of the API's front door. */
  certificate: string;
  /** What the stack's cache shard and those who ask it both know. */
  cacheSecret: string;
  /** The same of a shard that the operator runs elsewhere. */
  externalCacheSecret: string;
}

/** Where a stack keeps what is nobody's business, below its state folder: the folder has mode 700, each file 600. */
export function secretFilesOf(stateFolder: string): SecretFiles {
  const folder = join(stateFolder, secretsFolder);
  return {
    folder,
    apiKeys: join(folder, 'api-keys'),
    certificate: join(folder, 'tls.pem'),
    cacheSecret: join(folder, 'cache-secret'),
    externalCacheSecret: join(folder, 'external-cache-secret'),
  };
}

/** Of what the load balancer reads: with another digest, it must read it again. */
export async function secretsDigest(stateFolder: string): Promise<string> {
  const {apiKeys, certificate} = secretFilesOf(stateFolder);
  const hash = createHash('sha256');
  for (const path of [apiKeys, certificate]) hash.update(`${(await readTextIfThere(path)) ?? ''}\0`);
  return hash.digest('hex');
}
