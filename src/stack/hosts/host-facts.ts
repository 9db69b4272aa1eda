/**
 * What rendering needs to know of a machine. `assumed` has a sentence for everything that could not be found and was
 * taken as it would be after a deployment; it is empty where all of it was found.
 */
export interface HostFacts<Host> {
  host: Host;
  assumed: string[];
}

/** What happens where a fact cannot be found: a deployment needs it, a preview goes on without. */
export type WhenMissing = 'refuse' | 'assume';
