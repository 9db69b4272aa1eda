import type {Role} from '@sutra/contract/http-info';
import type {ModelEntry} from '@sutra/contract/model-entry';

export const editions = ['simple', 'community', 'enterprise'] as const;
export type Edition = (typeof editions)[number];

/** The shape of the stack. Each edition has its own; `direct` is asked for by name. */
export const shapes = ['simple', 'community', 'enterprise', 'direct'] as const;
export type Shape = (typeof shapes)[number];

export const timings = ['fast', 'seed'] as const;
export type TimingName = (typeof timings)[number];

/** Where a service sends what it cannot answer: through a front door of the load balancer, or straight to a service. */
export type Upstream = {frontDoor: string} | {service: string};

/**
 * One service and its replicas. What a load balancer must know of it is data here (probe, idempotence, sizes, slowest
 * answer), so that another kind of service is another row and retries, buffers and timeouts follow from it.
 */
export interface Service {
  /** `ml-base`; its replicas are `ml-base-1` … unless it has only the one. */
  name: string;
  role: Role;
  /** Names of the replicas, in order. */
  replicas: string[];
  protocol: 'http';
  probe: {
    /** 200 when the process serves. */
    livePath: string;
    /** 200 when it wants traffic, 404 while it drains. */
    readyPath: string;
  };
  /** Whether a request may be sent twice. */
  idempotent: boolean;
  streaming: boolean;
  maxRequestBytes: number;
  /** Longest answer to the largest legal request. */
  slowestAnswerMs: number;
  /** Port of the first replica on the host; the others follow. */
  firstHostPort: number;
  /** Port inside a container. */
  containerPort: number;
  upstream: Upstream | null;
  workers: number;
  threadsPerWorker: number;
  /** Environment that is the same in every runtime. */
  env: Record<string, string>;
}

/** One public port of the load balancer and the service behind it. */
export interface FrontDoor {
  /** `ml-base-lb` */
  name: string;
  port: number;
  service: string;
}

export interface LoadBalancer {
  name: string;
  frontDoors: FrontDoor[];
  statsPort: number;
  timing: TimingName;
}

/** The topology with every decision taken. Renderers only choose syntax. */
export interface Plan {
  schemaVersion: 1;
  version: string;
  project: string;
  edition: Edition;
  shape: Shape;
  model: ModelEntry;
  /** Dimension of an answer whose request names none. */
  dimension: number;
  cache: {enabled: boolean; capacity: number; ttlSeconds: number; host: string; port: number; l1Entries: number};
  /** In start order: what others lean on comes first. */
  services: Service[];
  loadBalancer: LoadBalancer | null;
  /** Every host port of the stack and whose it is. */
  ports: {port: number; owner: string}[];
  urls: {api: string; loadBalancer: string | null; stats: string | null};
}
