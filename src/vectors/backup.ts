import {createWriteStream, existsSync} from 'node:fs';
import {rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createGzip} from 'node:zlib';
import {type L2Page, type L2ScannedEntry, l2Limits, l2Ops} from '@sutra/contract/l2-protocol';
import {artifactOf} from '@sutra/contract/model-entry';
import {openShard, type ShardSession} from '../client/cache-shard.js';
import {shardAccess} from '../client/shard-access.js';
import {SutraError} from '../errors.js';
import {noteEvent} from '../stack/stack-journal.js';
import {fileFailure} from '../system/files/file-failure.js';
import {draftName, sweepDrafts} from '../system/files/sweep-drafts.js';
import {moveDurably} from '../system/files/whole-file.js';
import type {System} from '../system/system.js';
import {shardOfStack} from '../topology/place.js';
import type {Plan} from '../topology/plan-schema.js';
import {frameMaker} from './backup-frames.js';
import {vectorProgress} from './vector-progress.js';

export interface BackedUp {
  file: string;
  entries: number;
  sizeBytes: number;
  /** Of the weights that made the vectors. */
  artifact: string;
}

const pageMs = 30_000;

/** `sutra-life-20261120T104512Z.backup` */
export function backupName({project}: Plan, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `sutra-${project}-${stamp}.backup`;
}

function isBackupName(name: string): boolean {
  return /^sutra-.+-\d{8}T\d{6}Z\.backup$/.test(name);
}

/**
 * Writes every vector of the running stack's cache shard to `path`, which appears when it is whole. The stack serves
 * meanwhile. Throws USAGE when the file is there already, STATE where no shard runs.
 */
export async function backUp(system: System, plan: Plan, path: string, say: (text: string) => void): Promise<BackedUp> {
  if (existsSync(path)) {
    throw new SutraError('USAGE', `${path} already exists`, {
      cure: 'choose another name: a backup never overwrites a file',
    });
  }
  using shard = await openShardOf(system, plan);
  const draft = join(dirname(path), draftName(basename(path)));
  // One that was killed under a name of the moment will not be asked for by that name again.
  sweepDrafts(dirname(path), (name) => name === basename(path) || isBackupName(name));
  try {
    const entries = await write(system, {plan, shard, draft, say});
    moveDurably(draft, path);
    const {size: sizeBytes} = await stat(path);
    const done = {file: path, entries, sizeBytes, artifact: artifactOf(plan.model)};
    noteEvent(system, {kind: 'backup', entity: basename(path), cause: 'a command asked for it', data: {entries}});
    return done;
  } catch (error) {
    await rm(draft, {force: true});
    system.signal.throwIfAborted();
    throw fileFailure(error, path);
  }
}

/** The shard of a running stack. Throws STATE where none answers, PERMISSION where it does not know this stack. */
export async function openShardOf(system: System, plan: Plan): Promise<ShardSession> {
  const address = await shardAccess(system, shardOfStack(plan));
  try {
    return await openShard(address, system.signal);
  } catch (error) {
    if (!(error instanceof SutraError) || error.code === 'PERMISSION') throw error;
    throw new SutraError('STATE', `needs the running cache shard: ${error.message}`, {
      cure: ['sutra deploy', 'sutra status'],
      cause: error,
    });
  }
}

async function write(
  system: System,
  {plan, shard, draft, say}: {plan: Plan; shard: ShardSession; draft: string; say: (text: string) => void},
): Promise<number> {
  const {entries: total} = await shard.call(l2Ops.stats, null, pageMs);
  const progress = vectorProgress(total, say, system.clock);
  let written = 0;
  const count = (page: L2Page) => {
    written += page.entries.length;
    progress(written);
  };
  // For its checksums alone: the fastest level makes vectors 7 % smaller for ten times the CPU, on a host that serves.
  const zip = createGzip({level: 0});
  const file = createWriteStream(draft, {flags: 'wx', mode: 0o600, flush: true});
  await pipeline(frames(system, plan, shard, count), zip, file, {signal: system.signal});
  return written;
}

async function* frames(system: System, plan: Plan, shard: ShardSession, onPage: (page: L2Page) => void) {
  const make = frameMaker();
  const {generation} = shard;
  yield make.header({
    format: 'sutra-backup',
    schemaVersion: 1,
    takenAtMs: system.clock.nowMs(),
    version: plan.version,
    project: plan.project,
    model: plan.model.id,
    artifact: artifactOf(plan.model),
    generation,
    plan,
  });
  for (let after: Uint8Array | null = null, first = true; first || after !== null; first = false) {
    const page: L2Page = await shard.call(l2Ops.scan, {after, limit: l2Limits.keys}, pageMs);
    if (shard.generation !== generation) {
      throw new SutraError('STATE', 'the cache was cleared while it was read', {cure: 'run the same command again'});
    }
    if (page.entries.length > 0) yield make.page(byOurClock(page, system.clock.nowMs()));
    onPage(page);
    after = page.next;
  }
  yield make.end();
}

/** The shard's clock may be another one: what counts is how long an entry still lives. */
function byOurClock({nowMs, entries}: L2Page, ourNowMs: number): L2ScannedEntry[] {
  return entries.map(([key, expiresAtMs, tokens, vector]) => [
    key,
    Math.max(0, Math.round(ourNowMs + expiresAtMs - nowMs)),
    tokens,
    vector,
  ]);
}
