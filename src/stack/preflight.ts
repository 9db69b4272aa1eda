import {SutraError} from '../errors.js';
import {ownerText, portOwner} from '../system/port-owner.js';
import {isPortFree} from '../system/ports.js';
import type {Plan} from '../topology/plan-schema.js';

/**
 * Refuses ports that somebody else has, all at once and by owner, before anything starts. Ports the stack that runs
 * here holds already are its own.
 */
export async function refuseTakenPorts(plan: Plan, running: Plan | null): Promise<void> {
  const own = new Set(running?.ports.map(({port}) => port));
  const taken: string[] = [];
  for (const {port, owner} of plan.ports) {
    if (own.has(port) || (await isPortFree(port))) continue;
    const holder = portOwner(port);
    taken.push(
      `port ${port}, for ${owner}, is taken by ${holder === null ? 'a process that cannot be seen' : ownerText(holder)}`,
    );
  }
  if (taken.length === 0) return;
  throw new SutraError('PORT_TAKEN', taken.join('; '), {
    cure: ['stop what holds it', 'sutra deploy --project NAME --port-offset 1000 puts this stack beside it'],
    details: {taken},
  });
}
