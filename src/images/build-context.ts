import {chmod, copyFile, cp, mkdir, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {modelFolder} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import type {StoredModel} from '../model/store.js';
import {fileFailure} from '../system/files/file-failure.js';
import {homeFolder} from '../system/folders/home-folder.js';
import {productRoot} from '../system/product-version.js';
import type {System} from '../system/system.js';

/** What the Dockerfiles copy, and where it lies below the product: npm packs no lockfile under its own name. */
const sources = {
  'package.json': 'package.json',
  'package-lock.json': 'dist/package-lock.json',
  'tsconfig.base.json': 'tsconfig.base.json',
  'compose/healthcheck.sh': 'compose/healthcheck.sh',
};

/** Where the model is inside of a staged context. */
export const stagedModel = 'model';

/**
 * Copies what images are made of into `folder`: the same from a checkout as from an installed package. BuildKit of Docker
 * 20.10 knows one context, and a model lies outside of the product. Throws NO_SPACE, PERMISSION.
 */
export async function stageContext(folder: string): Promise<void> {
  try {
    for (const [path, from] of Object.entries(sources)) {
      await mkdir(dirname(join(folder, path)), {recursive: true});
      await copyFile(join(productRoot, from), join(folder, path));
    }
    await cp(join(productRoot, 'templates'), join(folder, 'templates'), {recursive: true, filter: isSource});
  } catch (error) {
    throw fileFailure(error, folder);
  }
}

/** Copies the model into a staged context. Throws NO_SPACE, PERMISSION. */
export async function stageModel(folder: string, {folder: from, entry}: StoredModel): Promise<void> {
  try {
    await mkdir(join(folder, stagedModel));
    for (const name of [...entry.files.map((file) => file.name), modelFolder.entry]) {
      const path = join(folder, stagedModel, name);
      await copyFile(join(from, name), path);
      // The container's user is not the one who pulled it.
      await chmod(path, 0o644);
    }
  } catch (error) {
    throw fileFailure(error, folder);
  }
}

function isSource(path: string): boolean {
  return !['node_modules', 'dist'].includes(basename(path));
}

export interface Secret {
  id: string;
  path: string;
}

/** BuildKit refuses more. */
const largestSecretBytes = 500 * 1024;

/**
 * What the build may read and no layer keeps: certificates to trust besides the usual ones, and the user's npm
 * configuration with its registry and tokens. Throws USAGE for a file of certificates that cannot be used.
 */
export async function buildSecrets({env}: System, ca: string | undefined): Promise<Secret[]> {
  const npmrc = env.npm_config_userconfig || env.NPM_CONFIG_USERCONFIG || join(homeFolder(env), '.npmrc');
  const usual = env.NODE_EXTRA_CA_CERTS || env.SSL_CERT_FILE || null;
  const certificates = ca ?? usual;
  const secrets: Secret[] = [];
  if (certificates !== null) {
    const sizeBytes = await fileBytes(certificates);
    if (sizeBytes !== null && sizeBytes <= largestSecretBytes) secrets.push({id: 'ca', path: certificates});
    else if (ca !== undefined) throw unusable(ca, sizeBytes);
  }
  const npmrcBytes = await fileBytes(npmrc);
  if (npmrcBytes !== null && npmrcBytes <= largestSecretBytes) secrets.push({id: 'npmrc', path: npmrc});
  return secrets;
}

function unusable(path: string, sizeBytes: number | null): SutraError {
  const reason = sizeBytes === null ? 'no such file' : `${sizeBytes} bytes; the limit is ${largestSecretBytes}`;
  return new SutraError('USAGE', `--ca ${path}: ${reason}`, {
    cure: 'name a PEM file with only the certificates of your proxy or registry',
  });
}

async function fileBytes(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}
