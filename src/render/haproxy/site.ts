import type {FrontDoor} from '../../topology/plan-schema.js';

/** What the configuration cannot know from the plan: where it will run. */
export interface HaproxySite {
  version: HaproxyVersion;
  /** Address a port is bound to: IPv4, `*`, or `::` for every address of both kinds. */
  bindAddress: (door: FrontDoor | 'stats') => string;
  /** PEM file of the API's certificate chain and key; null where the API is served without TLS. */
  tlsCertificate: string | null;
  /** File of the API keys' digests; null where the API wants no key. */
  apiKeyFile: string | null;
  /** Where the probes are answered: `unix@` and a socket, or a port that only the container itself can reach. */
  probeAddress: string;
  /** UNIX socket for administration, at most 97 characters. */
  adminSocket: string;
  /** Are servers names whose addresses may change while HAProxy runs? */
  resolvesNames: boolean;
  /** The replicas of a service as HAProxy reaches them. */
  servers: (service: string) => HaproxyServer[];
}

export interface HaproxyVersion {
  major: number;
  minor: number;
}

export interface HaproxyServer {
  name: string;
  address: string;
  port: number;
}

export function isAtLeast({major, minor}: HaproxyVersion, wantedMajor: number, wantedMinor: number): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** `bind` and where: one socket for IPv4 and IPv6 where the address is `::`. */
export function bindLine(address: string, port: number): string {
  return address === '::' ? `bind [::]:${port} v4v6` : `bind ${address}:${port}`;
}
