import type {LoadJob} from '../request/load-job.js';
import type {WorkloadFile} from '../workloads/workload.js';
import {fileDigest} from './load-digest.js';

/** The load and the texts in words, for people: what two loads must have in common is `loadDigest`. */
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

function fileText(file: WorkloadFile): string {
  const digest = fileDigest(file);
  return digest === null ? '' : ` (sha256 ${digest.slice(0, 12)})`;
}

function arrivalsText(timing: Extract<LoadJob['loop'], {kind: 'open'}>['timing']): string {
  return timing.kind === 'stages' && timing.arrivals === 'poisson' ? ', Poisson arrivals' : '';
}

function rangeText(least: number, most: number): string {
  return least === most ? String(least) : `${least} to ${most}`;
}
