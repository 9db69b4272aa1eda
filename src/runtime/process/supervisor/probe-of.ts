import {existsSync} from 'node:fs';
import type {Probe} from '../../../system/http/http-probe.js';
import type {Running} from '../state-file.js';

/**
 * Returns the probe of a process that runs: until it is replaced it answers at the port it was started with, not at the
 * one of its new spec. A probe by socket stays as it is.
 */
export function probeOf<P extends Probe & {ports: number[]}>({ports}: Pick<Running, 'ports'>, spec: P): Probe {
  // An instance that only its mark tells of has no spec.
  if (spec.probeUrl === '') return spec;
  const url = new URL(spec.probeUrl);
  const port = ports[spec.ports.indexOf(Number(url.port))];
  if (port === undefined || String(port) === url.port) return spec;
  url.port = String(port);
  return {...spec, probeUrl: url.href};
}

/**
 * Whether the socket of a process is gone from the file system. A reload hands open sockets over and makes no file of
 * them again, so only a restart brings it back.
 */
export function isSocketLost({probeSocket}: Probe): boolean {
  return probeSocket !== undefined && !existsSync(probeSocket);
}
