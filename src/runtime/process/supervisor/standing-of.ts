import type {ProcessSpec} from '../../../render/process-spec.js';
import type {InstanceState} from '../../runtime.js';
import type {Running} from '../state-file.js';
import type {Wanted} from './instance-world.js';
import type {Standing} from './turn.js';

interface InstanceNow {
  spec: ProcessSpec;
  /** Of the spec. */
  digest: string;
  wanted: Wanted;
  state: InstanceState;
  running: Running | null;
  hasProcess: boolean;
  isEnding: boolean;
}

/** An instance as the others see it, when it is decided whose turn it is. */
export function standingOf(now: InstanceNow): Standing {
  const {spec, wanted, state, running, isEnding} = now;
  return {
    name: spec.name,
    service: spec.service,
    artifact: spec.artifact ?? null,
    runningArtifact: running?.artifact ?? null,
    stage: stageOf(now),
    serving: state === 'healthy' && !isEnding,
    wanted: wanted === 'running',
    surplus: wanted === 'surplus',
    failed: state === 'failed',
    ports: spec.ports,
    leansOnPort: spec.leansOnPort ?? null,
    heldPorts: running?.ports ?? [],
  };
}

function stageOf({digest, state, running, hasProcess, isEnding}: InstanceNow): Standing['stage'] {
  if (!hasProcess) return 'down';
  if (isEnding) return 'ending';
  if (state === 'starting') return 'starting';
  return running !== null && running.digest !== digest ? 'outdated' : 'current';
}
