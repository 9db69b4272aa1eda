import {SutraError} from '../../errors.js';
import type {InstanceConfinement} from '../../runtime/runtime.js';
import type {Finding} from './check.js';
import type {StackUnderTest} from './stack-under-test.js';

/** What every instance of the plan may do. Throws STATE where one does not run: of that one nothing is known. */
export async function confinedInstances({plan, runtime, system}: StackUnderTest): Promise<InstanceConfinement[]> {
  const found = await runtime.confinement(system.signal);
  const missing = instancesOf(plan).filter((name) => !found.some((instance) => instance.name === name));
  if (missing.length === 0) return found;
  throw new SutraError('STATE', `not running, so nothing is known of it: ${missing.join(', ')}`);
}

/** Every instance must be free of it: how many are not, and which. */
export async function noneOf(
  stack: StackUnderTest,
  {fault, good}: {fault: (instance: InstanceConfinement) => string | null; good: string},
): Promise<Finding> {
  const instances = await confinedInstances(stack);
  const byFault = new Map<string, string[]>();
  for (const instance of instances) {
    const found = fault(instance);
    if (found !== null) byFault.set(found, [...(byFault.get(found) ?? []), instance.name]);
  }
  const count = [...byFault.values()].flat().length;
  const told = [...byFault].map(([found, names]) => `${names.join(', ')}: ${found}`);
  const reason = count === 0 ? `all ${instances.length} instances: ${good}` : told.join('; ');
  return {measured: count, verdict: count === 0 ? 'pass' : 'fail', reason};
}

function instancesOf({services, loadBalancer}: StackUnderTest['plan']): string[] {
  const replicas = services.flatMap((service) => service.replicas);
  return loadBalancer === null ? replicas : [...replicas, loadBalancer.name];
}
