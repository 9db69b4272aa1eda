import {basename} from 'node:path';
import {type L2PutEntry, type L2ScannedEntry, l2Limits, l2Ops} from '@sutra/contract/l2-protocol';
import {artifactOf} from '@sutra/contract/model-entry';
import type {ShardSession} from '../client/cache-shard.js';
import {SutraError} from '../errors.js';
import {openRuntime} from '../stack/hosts/open-runtime.js';
import {noteEvent} from '../stack/stack-journal.js';
import {pollUntil} from '../system/poll.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {openShardOf} from './backup.js';
import type {BackupHeader} from './backup-frames.js';
import {readBackup} from './read-backup.js';
import {vectorProgress} from './vector-progress.js';

export interface Restored {
  file: string;
  /** ISO 8601, UTC. */
  takenAt: string;
  /** Vectors in the backup, put back, and left out because their time is over. */
  entries: number;
  stored: number;
  expired: number;
  /** The shard holds no more than this: what was put first had to go again. */
  capacity: number;
}

export interface RestoreSteps {
  /** Also where the vectors are of another model than the one that runs. */
  force: boolean;
  runSteps: (steps: {title: string; run: (say: (text: string) => void) => Promise<void>}[]) => Promise<void>;
}

const putMs = 60_000;
/** A shard that has refused for so long does not catch up. */
const overloadedMs = 60_000;

/**
 * Puts the vectors of a backup back into the running stack's cache shard, each with the time it has left. The whole file
 * is checked first, so that of a damaged one nothing is put. Doing it twice, or again after an interrupt, is the same.
 */
export async function restore(
  system: System,
  {plan, path, steps}: {plan: Plan; path: string; steps: RestoreSteps},
): Promise<Restored> {
  const runtime = await openRuntime(system);
  using _lock = runtime.lock('restore');
  using shard = await openShardOf(system, plan);
  const found: {header: BackupHeader | null; entries: number} = {header: null, entries: 0};
  const counts = {stored: 0, expired: 0};
  await steps.runSteps([
    {
      title: `Check ${path}`,
      async run() {
        const onHeader = (header: BackupHeader) => {
          found.header = header;
          refuseOtherModel(header, plan, steps.force);
        };
        for await (const page of readBackup(path, system.signal, onHeader)) found.entries += page.length;
      },
    },
    {
      title: 'Restore the vectors',
      async run(say) {
        const progress = vectorProgress(found.entries, say, system.clock);
        for await (const page of readBackup(path, system.signal, () => undefined)) {
          // A clock that went back since does not make lives longer than they were.
          const alive = stillAlive(page, Math.max(system.clock.nowMs(), found.header?.takenAtMs ?? 0));
          if (alive.length > 0) await put(system, shard, alive);
          counts.stored += alive.length;
          counts.expired += page.length - alive.length;
          progress(counts.stored + counts.expired);
        }
      },
    },
  ]);
  if (found.header === null) throw new SutraError('INTERNAL', 'a backup without a header');
  const takenAt = new Date(found.header.takenAtMs).toISOString();
  noteEvent(system, {kind: 'restore', entity: basename(path), cause: 'a command asked for it', data: {...counts}});
  return {file: path, takenAt, entries: found.entries, ...counts, capacity: shard.capacity};
}

function refuseOtherModel({model, artifact}: BackupHeader, plan: Plan, force: boolean): void {
  const running = artifactOf(plan.model);
  if (force || artifact === running) return;
  const message = `the backup's vectors are of ${model} (${artifact.slice(0, 12)}); ${plan.model.id} (${running.slice(0, 12)}) runs and would never find them`;
  throw new SutraError('STATE', message, {
    cure: [`sutra deploy --model ${model}, then run the same command again`, 'or pass --force'],
  });
}

/** With whole seconds left: 0 would mean the shard's own time to live, which is longer. */
function stillAlive(page: readonly L2ScannedEntry[], nowMs: number): L2PutEntry[] {
  return page.flatMap(([key, expiresAtMs, tokens, vector]) => {
    const seconds = Math.min(l2Limits.ttlSeconds, Math.floor((expiresAtMs - nowMs) / 1_000));
    return seconds < 1 ? [] : [[key, seconds, tokens, vector] satisfies L2PutEntry];
  });
}

async function put({clock, signal}: System, shard: ShardSession, entries: L2PutEntry[]): Promise<void> {
  let refusal: SutraError | null = null;
  const look = async () => {
    try {
      await shard.call(l2Ops.putMany, [shard.generation, entries], putMs);
      return true;
    } catch (error) {
      if (!(error instanceof SutraError) || error.details?.refusal !== 'overloaded') throw error;
      refusal = error;
      return null;
    }
  };
  const done = await pollUntil(look, {clock, signal, withinMs: overloadedMs, firstPauseMs: 250, longestPauseMs: 4_000});
  if (done === null) throw refusal;
}
