/** One instance as the question "whose turn is it?" sees it. */
export interface Standing {
  name: string;
  service: string;
  /** Artifact it should have, and the one that runs; null when it has none. */
  artifact: string | null;
  runningArtifact: string | null;
  /** `outdated`: runs from an older spec. `starting`: has not served yet. `down`: no process. */
  stage: 'current' | 'outdated' | 'starting' | 'ending' | 'down';
  serving: boolean;
  /** It is to run; otherwise it is being ended, or was stopped by hand. */
  wanted: boolean;
  /** The plan no longer names it. */
  surplus: boolean;
  /** Given up on until the next deployment. */
  failed: boolean;
  /** Ports it should have, and those that its process has. */
  ports: number[];
  heldPorts: number[];
  /** Port that must answer before it can serve; null where there is none. */
  leansOnPort: number | null;
}

/**
 * Whether an instance that is outdated or surplus may be ended now. With the artifact unchanged one replica at a time
 * goes, and only while all others serve; with another artifact all go at once, since vectors of two models must never be
 * served side by side. What holds a port that another needs goes when nothing else is left to do, so that service is
 * interrupted as briefly as can be; what is surplus goes last. What does not serve is in nobody's way and goes at once.
 */
export function mayEnd(target: Standing, all: Standing[]): boolean {
  if (!target.serving) return true;
  if (target.surplus ? blocksArtifact(target, all) : target.artifact !== target.runningArtifact) return true;
  if (blocksPorts(target, all)) return isAtRest(all);
  if (target.surplus) return all.filter(({wanted}) => wanted).every(isDone);
  // Only its files changed: it waits until its new ports are free.
  if (target.stage === 'current') return false;
  const peers = peersOf(target, all).filter(({wanted}) => wanted);
  return peers.every((peer) => peer.serving && (peer.stage === 'current' || peer.stage === 'outdated'));
}

/** Whether an instance without a process may start now: not beside another artifact, nor while its ports are taken. */
export function mayStart(target: Standing, all: Standing[]): boolean {
  const alike = peersOf(target, all).every((peer) => peer.stage === 'down' || peer.runningArtifact === target.artifact);
  return alike && !isBlocked(target, all);
}

/** Whether it can take over its new files without being restarted. */
export function mayReload(target: Standing, all: Standing[]): boolean {
  return !isBlocked(target, all) && !blocksPorts(target, all);
}

/** Everything wanted serves, or waits for a port of another or for an instance that does; and nothing has failed. */
function isAtRest(all: Standing[]): boolean {
  return all
    .filter(({wanted}) => wanted)
    .every((one) => {
      if (one.failed || one.stage === 'ending') return false;
      if (one.stage === 'starting') return leansOnBlocked(one, all);
      if (one.stage === 'down') return !mayStart(one, all);
      return one.serving && (one.stage === 'current' || blocksPorts(one, all) || !mayEnd(one, all));
    });
}

function leansOnBlocked({leansOnPort: port}: Standing, all: Standing[]): boolean {
  return (
    port !== null && all.some((other) => other.stage === 'down' && other.ports.includes(port) && isBlocked(other, all))
  );
}

function isDone({stage, serving}: Standing): boolean {
  return stage === 'current' && serving;
}

function isBlocked(target: Standing, all: Standing[]): boolean {
  return all.some((other) => other.name !== target.name && sharesPort(other.heldPorts, target.ports));
}

function blocksPorts(target: Standing, all: Standing[]): boolean {
  return all.some((other) => other.wanted && other.name !== target.name && sharesPort(target.heldPorts, other.ports));
}

function blocksArtifact(target: Standing, all: Standing[]): boolean {
  return peersOf(target, all).some(({wanted, artifact}) => wanted && artifact !== target.runningArtifact);
}

function sharesPort(one: number[], other: number[]): boolean {
  return one.some((port) => other.includes(port));
}

function peersOf(target: Standing, all: Standing[]): Standing[] {
  return all.filter((other) => other.service === target.service && other.name !== target.name);
}
