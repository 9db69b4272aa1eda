import {confinementOf} from '../../system/process/process-confinement.js';
import type {InstanceConfinement, InstanceStatus} from '../runtime.js';

/** Of those that run. A process shares the host's root, which is written to as its user may: there is none to be read-only. */
export function processConfinement(instances: InstanceStatus[]): InstanceConfinement[] {
  return instances.flatMap(({name, pid}) => (pid === null ? [] : [{name, ...confinementOf(pid), readOnlyRoot: null}]));
}
