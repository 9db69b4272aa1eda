/** What the configuration cannot know from the plan: where it will run. */
export interface HaproxySite {
  version: HaproxyVersion;
  /** Address its ports are bound to. */
  bindAddress: string;
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
