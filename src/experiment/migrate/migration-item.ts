import type {Verdict} from '../../decision/verdict.js';
import type {Runtime} from '../../runtime/runtime.js';
import type {EngineSearch} from '../../system/docker-engine.js';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';

/** A record of a run of checks, as far as the list looks at it. */
export interface PastEvidence {
  kind: string;
  /** ISO 8601, UTC. */
  at: string;
  configDigest: string;
  verdict: Verdict;
  checks: {id: string; phase: number | string; measured: number | string | null; verdict: Verdict; reason: string}[];
}

/** What an item may look at. */
export interface MigrationFacts {
  system: System;
  runtime: Runtime;
  /** What is deployed; null when nothing is. */
  plan: Plan | null;
  engine: EngineSearch;
  /** All that is kept here, the newest last. */
  evidence: PastEvidence[];
  /** Backups in the folder, the newest last. */
  backups: {name: string; atMs: number}[];
  /** Deployments that `rollback` can go to. */
  plansKept: number;
}

/** What an item found: the fact, the verdict, and why in one sentence. */
export interface Finding {
  measured: number | string | null;
  /** `measured` follows from the configuration and was not observed. */
  computed?: true;
  verdict: Verdict;
  reason: string;
}

/** One line of the documents' migration list. */
export interface MigrationItem {
  id: string;
  /** In the documents' words. */
  says: string;
  /** The figure or state they name. */
  claim: string;
  /** May throw a SutraError: then the item is unknown, with the error as its reason. */
  run: (facts: MigrationFacts) => Promise<Finding> | Finding;
}

export const pass = (measured: Finding['measured'], reason: string): Finding => ({measured, verdict: 'pass', reason});
export const fail = (measured: Finding['measured'], reason: string): Finding => ({measured, verdict: 'fail', reason});
export const computed = (finding: Finding): Finding => ({...finding, computed: true});
export const unknown = (reason: string, measured: Finding['measured'] = null): Finding => ({
  measured,
  verdict: 'unknown',
  reason,
});

/** Of a list that can be gone through before anything is deployed. */
export const nothingDeployed = unknown('nothing is deployed here: sutra deploy');

/** A check as the newest run of `validate` that held it saw the plan that is deployed now; older plans say nothing of it. */
export function checkOfEvidence(facts: Pick<MigrationFacts, 'evidence'>, digest: string, id: string) {
  const runs = facts.evidence.filter(({kind, configDigest}) => kind === 'validate' && configDigest === digest);
  return runs.flatMap(({checks}) => checks).findLast((check) => check.id === id) ?? null;
}
