import type {FrontDoor, LoadBalancer} from '../../topology/plan-schema.js';

/** Bytes of one buffer: a request is held whole so that it can be sent again to another replica. */
export const bufferBytes = 262_144;
/** Buffers of one connection: request, response, and the copy of a request that may be sent again. */
const buffersPerConnection = 3;
/** Of the container's memory, for buffers. The rest is HAProxy itself, and TLS at about 40 KB a connection. */
const bufferShare = 0.75;

/** Connections that a frontend holds at the same time; more wait in the kernel's backlog. */
export interface Share {
  all: number;
  /** Of one address, IPv6 of one /64; more are closed at once. */
  perSource: number;
}

/** The supervisor's and the container's probe: one short connection at a time. */
const probes: Share = {all: 16, perSource: 16};
const statistics: Share = {all: 32, perSource: 16};
/** Two API replicas with 256 connections each, and a little for those that are closed and opened anew. */
const models: Share = {all: 512, perSource: 320};
/** A closed loop of 512 connections from one machine, or the clients behind one proxy. */
const apiPerSource = 512;
/** So that the sum of the shares is below the limit of the process, at which no frontend accepts any more. */
const spare = 16;

export interface ConnectionShares {
  bufferMb: number;
  /** Limit of the process. */
  process: number;
  api: Share;
  models: Share;
  statistics: Share;
  probes: Share;
}

/**
 * Shares out what the memory allows, so that a frontend that is flooded takes nothing from the others. The API has what
 * is left by the models' frontend, where there is one, by statistics and probes.
 */
export function connectionShares({memoryMb, frontDoors}: LoadBalancer, api: FrontDoor | null): ConnectionShares {
  const bufferMb = Math.floor(memoryMb * bufferShare);
  const process = Math.floor((bufferMb * 1024 * 1024) / (buffersPerConnection * bufferBytes));
  const forModels = frontDoors.some((door) => door !== api) ? models.all : 0;
  const all = process - spare - probes.all - statistics.all - forModels;
  return {bufferMb, process, api: {all, perSource: apiPerSource}, models, statistics, probes};
}

/**
 * Lines of a frontend that hold it to its share. `exempt` is an address without a limit of its own; `counters` are kept of
 * each address as well, for rules on requests.
 */
export function limitConnections(
  {all, perSource}: Share,
  {exempt, counters = []}: {exempt?: string | undefined; counters?: string[]} = {},
): string {
  const unless = exempt === undefined ? '' : ` !{ src ${exempt} }`;
  return `    # ${all} connections, ${perSource} of one address (IPv6: of one /64)${exempt === undefined ? '' : `, but any number of ${exempt}, where the API replicas ask from`}.
    maxconn ${all}
    stick-table type ipv6 size 10k expire 30s store ${['conn_cur', ...counters].join(',')}
    tcp-request connection track-sc1 src,ipmask(32,64)
    tcp-request connection reject if { sc1_conn_cur gt ${perSource} }${unless}
`;
}
