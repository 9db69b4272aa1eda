import {createHash} from 'node:crypto';
import type {LoadJob} from '../request/load-job.js';
import type {WorkloadFile} from '../workloads/workload.js';

/**
 * Digest of all that two loads must have in common to be compared: pace, workload with the content of its file, body. Not of
 * the target, the seed or the threads. Hexadecimal SHA-256.
 */
export function loadDigest({loop, workload, body, connections, warmupMs, durationMs}: LoadJob): string {
  const {name, parameters, file} = workload;
  const pace = loop.kind === 'open' ? {kind: loop.kind, timing: loop.timing} : {kind: loop.kind};
  const load = {pace, workload: {name, parameters, file: fileDigest(file)}, body, connections, warmupMs, durationMs};
  return createHash('sha256').update(JSON.stringify(load)).digest('hex');
}

/** Of the content, as a file of the same name may hold other texts; null where the workload has no file. */
export function fileDigest({texts, trace}: WorkloadFile): string | null {
  const parts = [texts?.bytes, texts?.offsets, trace?.timesMs, trace?.words].filter((part) => part !== undefined);
  if (parts.length === 0) return null;
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
