import {connect} from 'node:net';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import type {StackUnderTest} from '../../../src/experiment/validate/stack-under-test.js';
import type {ProcessSpec} from '../../../src/render/process-spec.js';
import type {Plan} from '../../../src/topology/plan-schema.js';
import type {HealthyStack} from './healthy-stack.js';
import {startTampering, type Tamper} from './tampering-proxy.js';

/** One thing that is wrong with a stack, and the checks that must see it. */
export interface Break {
  what: string;
  /** Exactly these fail, in their order in `checks.ts`. */
  fails: string[];
  /**
   * What noise decides here: it may fail as well. Distribution, for half a minute after HAProxy was reloaded: connections that
   * this process has open stay with the old one, which has counters of its own.
   */
  mayFail?: string;
  /** Breaks it until `healing` is disposed of; returns what the checks are to look at instead of the stack's own. */
  apply(stack: HealthyStack, healing: AsyncDisposableStack): Promise<Partial<StackUnderTest>>;
}

/** The plan of the stack with other addresses, as if clients came another way. */
export function reachedAt({plan}: HealthyStack, urls: Partial<Plan['urls']>): {plan: Plan} {
  return {plan: {...plan, urls: {...plan.urls, ...urls}}};
}

/** Puts something between the clients and the public API, or between them and the models. */
export async function tampered(
  stack: HealthyStack,
  healing: AsyncDisposableStack,
  {before, with: tamper}: {before: 'api' | 'loadBalancer'; with: Tamper},
): Promise<{plan: Plan}> {
  const proxy = healing.use(await startTampering(stack.plan.urls[before] ?? '', tamper));
  return reachedAt(stack, {[before]: proxy.url});
}

/** Runs one process of the stack another way. */
export async function changed(
  stack: HealthyStack,
  healing: AsyncDisposableStack,
  {name, env}: {name: string; env: Record<string, string | null>},
): Promise<void> {
  const specs = stack.files.specs.map((spec) => (spec.name === name ? {...spec, env: mergedEnv(spec, env)} : spec));
  healing.defer(() => stack.reconcile(stack.files));
  await stack.reconcile({...stack.files, specs});
}

/** Null removes a variable. */
function mergedEnv(spec: ProcessSpec, env: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries({...spec.env, ...env}).filter((pair): pair is [string, string] => pair[1] !== null),
  );
}

/** Loads another configuration into the running HAProxy. */
export async function reconfigured(
  stack: HealthyStack,
  healing: AsyncDisposableStack,
  change: (text: string, path: string) => string,
): Promise<void> {
  const artifacts = stack.files.artifacts.map(({path, text: now}) => ({path, text: change(now, path)}));
  if (artifacts.every(({text: now}, index) => now === stack.files.artifacts[index]?.text)) {
    throw new Error('the configuration has not changed');
  }
  const specs = stack.files.specs.map((spec) =>
    spec.reload === undefined ? spec : {...spec, reload: {...spec.reload, digest: `${spec.reload.digest}-broken`}},
  );
  healing.defer(() => stack.reconcile(stack.files));
  await stack.reconcile({artifacts, specs});
}

/** Says something to HAProxy's administration socket, and returns what it answers. */
export async function toldHaproxy({state}: HealthyStack, command: string): Promise<string> {
  const socket = connect(join(state, 'run/haproxy.sock'));
  socket.end(`${command}\n`);
  return await text(socket);
}
