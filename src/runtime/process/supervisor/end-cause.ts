import type {ProcessSpec} from '../../../render/process-spec.js';

/** Why a process that was to run has ended, in words. An adopted one leaves neither code nor signal. */
export function crashCause(
  world: {memoryRanOut: () => boolean},
  {code, signal, started}: {code: number | null; signal: string | null; started: boolean},
): string {
  if (signal === 'SIGKILL' && world.memoryRanOut()) return 'killed by the kernel because memory ran out';
  if (signal !== null) return `killed by ${signal}`;
  if (code !== null) return `it exited with code ${code}`;
  return started ? 'it ended while no supervisor was running' : 'it could not be started';
}

export function lateCause(spec: ProcessSpec): string {
  return `it was not ready within ${Math.round(spec.startDeadlineMs / 1000)} s`;
}
