/** One wanted instance as the question "whose turn is it?" sees it. */
export interface Standing {
  name: string;
  service: string;
  /** Artifact it should have, and the one that runs; null when it has none. */
  artifact: string | null;
  runningArtifact: string | null;
  /** `outdated`: runs from an older spec. `moving`: ends or has not served yet. `down`: no process. */
  stage: 'current' | 'outdated' | 'moving' | 'down';
  serving: boolean;
  /** It is to run; otherwise it is being ended, or was stopped by hand. */
  wanted: boolean;
}

/**
 * Whether an outdated instance may be ended now. With the artifact unchanged one replica at a time goes, and only while
 * all others serve; with another artifact all go at once, since vectors of two models must never be served side by side.
 * What does not serve is in nobody's way and goes at once.
 */
export function mayEnd(target: Standing, all: Standing[]): boolean {
  if (!target.serving || target.artifact !== target.runningArtifact) return true;
  const peers = peersOf(target, all).filter(({wanted}) => wanted);
  return peers.every((peer) => peer.serving && (peer.stage === 'current' || peer.stage === 'outdated'));
}

/** Whether an instance without a process may start now: not while a peer still serves from another artifact. */
export function mayStart(target: Standing, all: Standing[]): boolean {
  return peersOf(target, all).every((peer) => peer.stage === 'down' || peer.runningArtifact === target.artifact);
}

function peersOf(target: Standing, all: Standing[]): Standing[] {
  return all.filter((other) => other.service === target.service && other.name !== target.name);
}
