// One preparation of this checkout at a time. The lock is a symbolic link whose target names its holder: it appears
// whole or not at all, and the start time tells the holder from a later process with the same pid.
import {execFileSync} from 'node:child_process';
import {readFileSync, readlinkSync, rmSync, symlinkSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';

const pollMs = 200;
/** How often a waiting process repeats what it waits for. */
const remindMs = 30_000;

/**
 * Runs `work` alone. What it starts is passed to `hold`, so that the lock outlives a holder that is killed for as long
 * as its child still writes.
 */
export async function underLock(path, say, work) {
  const mine = identityOf(process.pid) ?? `${process.pid}:unknown`;
  const child = `${path}.child`;
  const wait = waiting(path, say);
  while (!link(mine, path)) {
    const blocker = livingOwner(path) ?? livingOwner(child);
    if (blocker !== null) await wait(blocker);
    else removeDead(path, mine, say);
  }
  // A holder that was killed may have left a child that still writes.
  for (let owner = livingOwner(child); owner !== null; owner = livingOwner(child)) await wait(owner);
  process.once('exit', () => release(path, mine));
  rmSync(child, {force: true});
  await work((pid) => link(identityOf(pid) ?? `${pid}:gone`, child));
  rmSync(child, {force: true});
}

function waiting(path, say) {
  let saidMs = Number.NEGATIVE_INFINITY;
  return async (owner) => {
    if (performance.now() - saidMs > remindMs) {
      saidMs = performance.now();
      say(`waiting for process ${owner.split(':')[0]}, which is installing or building here (lock: ${path})`);
    }
    await sleep(pollMs);
  };
}

// Two that find the same dead owner must not remove each other's new lock: only the owner of the guard removes, and it
// looks again before it does.
function removeDead(path, mine, say) {
  const guard = `${path}.guard`;
  if (!link(mine, guard)) {
    if (livingOwner(guard) === null) rmSync(guard, {force: true});
    return;
  }
  try {
    if (readOwner(path) !== null && livingOwner(path) === null) {
      say(`removing ${path}: its process is gone`);
      rmSync(path, {recursive: true, force: true});
    }
  } finally {
    rmSync(guard, {force: true});
  }
}

function release(path, mine) {
  if (readOwner(path) === mine) rmSync(path, {force: true});
}

function link(identity, path) {
  try {
    symlinkSync(identity, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (error.code === 'EROFS' || error.code === 'EACCES' || error.code === 'EPERM') {
      process.stderr.write(
        `sutra: this checkout needs dependencies or a build, and ${path} cannot be written (${error.code})\n` +
          '  try: run ./sutra once as a user who can write here; afterwards it only reads\n',
      );
      process.exit(3);
    }
    throw error;
  }
}

/** What the lock says; an empty text for something there that is no lock of ours; null when nothing is there. */
function readOwner(path) {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    if (error.code === 'EINVAL') return '';
    throw error;
  }
}

function livingOwner(path) {
  const owner = readOwner(path);
  const pid = Number(owner?.split(':')[0]);
  return owner && Number.isInteger(pid) && identityOf(pid) === owner ? owner : null;
}

/** Pid and start time; null when there is no such process. */
function identityOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z'
      ? null
      : `${pid}:${fields[19]}:${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  } catch {
    return process.platform === 'linux' ? null : startTimeOf(pid);
  }
}

function startTimeOf(pid) {
  try {
    return `${pid}:${execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {encoding: 'utf8'})
      .trim()
      .replaceAll(' ', '_')}`;
  } catch {
    return null;
  }
}
