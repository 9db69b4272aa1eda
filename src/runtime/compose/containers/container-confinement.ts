import {confinementOf} from '../../../system/process/process-confinement.js';
import type {InstanceConfinement} from '../../runtime.js';
import type {Container} from './containers.js';

/**
 * Of the containers that run: what the kernel lets their processes do, and what the engine publishes of them. Throws
 * STATE where the engine's kernel is not this machine's.
 */
export function containerConfinement(containers: Container[]): InstanceConfinement[] {
  return containers.flatMap(({status: {name, pid}, published, readOnlyRoot}) =>
    pid === null ? [] : [{name, ...confinementOf(pid), listens: published, readOnlyRoot}],
  );
}
