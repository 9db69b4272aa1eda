import {createHash} from 'node:crypto';
import type {LoadJob} from '../request/load-job.js';
import type {WorkloadFile} from '../workloads/workload.js';

/** The load and the texts in words, all that a comparison needs to be the same: runs of another are not comparable. */
export function loadText({loop, workload, body, connections, warmupMs, durationMs}: LoadJob): string {
  const {template, words, batch, dimensions} = body;
  const asked = template ?? 'no body';
  const pace =
    loop.kind === 'closed'
      ? `closed loop, ${connections} at a time, ${durationMs / 1_000} s`
      : `${loop.text}${arrivalsText(loop.timing)}, at most ${connections} at a time`;
  const sizes = [
    `${rangeText(words.least, words.most)} words`,
    `${rangeText(batch.least, batch.most)} ${batch.most === 1 ? 'text' : 'texts'} a request`,
    ...(dimensions.length === 0 ? [] : [`width ${dimensions.join(' or ')}`]),
  ];
  return `${pace}, after ${warmupMs / 1_000} s of warm-up; ${workload.text}${fileText(workload.file)}, ${sizes.join(', ')}; ${asked}`;
}

/** A file of the same name may hold other texts. */
function fileText({texts, trace}: WorkloadFile): string {
  const parts = [texts?.bytes, texts?.offsets, trace?.timesMs, trace?.words].filter((part) => part !== undefined);
  if (parts.length === 0) return '';
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return ` (sha256 ${hash.digest('hex').slice(0, 12)})`;
}

function arrivalsText(timing: Extract<LoadJob['loop'], {kind: 'open'}>['timing']): string {
  return timing.kind === 'stages' && timing.arrivals === 'poisson' ? ', Poisson arrivals' : '';
}

function rangeText(least: number, most: number): string {
  return least === most ? String(least) : `${least} to ${most}`;
}
