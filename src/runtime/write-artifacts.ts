import {chmodSync, readdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Artifact} from '../render/artifact.js';
import {makeOwnFolder, writeOwnFile} from '../system/files/own-files.js';

/**
 * Writes rendered files below the state folder, each as a whole, and only then removes what an older plan left in their
 * folders: whoever reads them meanwhile finds a file. A folder stays the one it is, since containers hold it mounted.
 * Throws NO_SPACE, PERMISSION, STATE.
 */
export function writeArtifacts(stateFolder: string, artifacts: Artifact[], folderMode: 0o700 | 0o755): void {
  const paths = artifacts.map(({path}) => join(stateFolder, path));
  const folders = new Set(paths.map(dirname));
  for (const folder of folders) {
    makeOwnFolder(folder, folderMode);
    chmodSync(folder, folderMode);
  }
  for (const {path, text} of artifacts) writeOwnFile(join(stateFolder, path), text);
  for (const folder of folders) {
    const left = readdirSync(folder).filter((name) => !paths.includes(join(folder, name)));
    for (const name of left) rmSync(join(folder, name), {recursive: true, force: true});
  }
}
