import {lstat, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {destroyStack, hasState} from '../stack/destroy.js';
import {readTextIfThere} from '../system/files/files.js';
import {writeWhole} from '../system/files/whole-file.js';
import {identify, isAlive, type ProcessIdentity, processIdentitySchema} from '../system/process/process-identity.js';
import type {System} from '../system/system.js';

export const scratchPrefix = 'sutra-bench-';
const ownerFile = 'owner.json';
const endDeadlineMs = 120_000;

/** Names this process as the one that will end what runs in a scratch folder. */
export function own(folder: string): void {
  writeWhole(join(folder, ownerFile), JSON.stringify(identify(process.pid)));
}

/**
 * Ends the stacks of commands that were killed before they could: they would keep their ports, and their share of the
 * machine in every measurement. Says so of each. Those of other users and of commands still at work are left alone.
 */
export async function endOrphans(system: System, say: (text: string) => void, root = tmpdir()): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(scratchPrefix));
  for (const folder of names.map((name) => join(root, name))) {
    if (!(await isOrphan(folder))) continue;
    // A version that was built to be compared had a folder of its own in it.
    for (const cwd of [join(folder, 'other'), folder]) await endIn({...system, cwd});
    await rm(folder, {recursive: true, force: true});
    say(`Stopped the stack in ${folder}: its command was killed`);
  }
}

async function endIn(system: System): Promise<void> {
  if (!hasState(system)) return;
  await destroyStack({...system, signal: AbortSignal.timeout(endDeadlineMs)}, {volumes: true});
}

/** Without a word of who made it, it may be one that is just being made. */
async function isOrphan(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  if (found === null || !found.isDirectory() || found.uid !== process.getuid?.()) return false;
  const owner = ownerOf(await readTextIfThere(join(folder, ownerFile)));
  return owner !== null && !isAlive(owner);
}

function ownerOf(text: string | null): ProcessIdentity | null {
  try {
    return processIdentitySchema.parse(JSON.parse(text ?? 'null'));
  } catch {
    return null;
  }
}
