import {createHash} from 'node:crypto';
import type {CheckResult} from './check.js';
import type {Verdict} from './verdict.js';

/** What was measured, where, and of what: criteria may change later, this does not. */
export interface Evidence {
  schemaVersion: 1;
  kind: 'validate';
  /** ISO 8601, UTC. */
  at: string;
  /** Of the plan that ran. */
  configDigest: string;
  /** Of the checkout that ran it; null outside git. */
  commit: string | null;
  environment: Environment;
  verdict: Verdict;
  checks: CheckResult[];
}

export interface Environment {
  platform: string;
  cpu: string;
  cores: number;
  memoryBytes: number;
  node: string;
}

/** SHA-256 of a plan, the same for the same plan whatever the order of its keys. */
export function configDigest(plan: object): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(plan)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
