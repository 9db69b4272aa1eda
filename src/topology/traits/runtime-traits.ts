import type {RuntimeName} from '../plan-schema.js';

/** What the rest of the product has to know of a runtime. Nobody asks for its name. */
export interface RuntimeTraits {
  /** Instances run images, each with its own code; otherwise the code of this installation. */
  usesImages: boolean;
  /** An instance has a root, a loopback and limits of its own. */
  isolates: boolean;
  /** The load balancer does not see the address of a caller on this machine. */
  hidesCallers: boolean;
  /** Added to an interruption: a container is stopped, created and checked by the engine, where a process is only started. */
  startOverheadSeconds: number;
}

export const runtimeTraits: Record<RuntimeName, RuntimeTraits> = {
  process: {usesImages: false, isolates: false, hidesCallers: false, startOverheadSeconds: 0},
  compose: {usesImages: true, isolates: true, hidesCallers: true, startOverheadSeconds: 6},
};
