import {SutraError} from '../errors.js';
import {containerAt} from '../system/docker-engine.js';
import {ownerText, type PortOwner, portOwner} from '../system/port-owner.js';
import {isPortFree} from '../system/ports.js';
import {connectionFrom} from '../system/tcp-sockets.js';
import type {Plan} from '../topology/plan-schema.js';
import {isExposedPort} from '../topology/security.js';

export interface TakenPort {
  port: number;
  /** Whom the plan means it for. */
  wantedFor: string;
  /** Who has it, in words. */
  holder: string;
}

/** Ports of the plan that somebody else has. Those the stack that runs here holds already are its own. */
export async function takenPorts(plan: Plan, running: Plan | null): Promise<TakenPort[]> {
  const own = new Set(running?.ports.map(({port}) => port));
  const taken: TakenPort[] = [];
  for (const {port, owner: wantedFor} of plan.ports) {
    if (own.has(port) || (await isPortFree(port, isExposedPort(plan, port) ? '0.0.0.0' : undefined))) continue;
    taken.push({port, wantedFor, holder: await holderText(port, portOwner(port))});
  }
  return taken;
}

/** Behind the engine's own proxy there is a container, and that is who has the port. */
async function holderText(port: number, owner: PortOwner | null): Promise<string> {
  if (owner === null || owner.command?.includes('docker-proxy') === true) {
    const container = await containerAt(port);
    if (container !== null) return `the container ${container}`;
  }
  return owner === null ? strangerText(port) : ownerText(owner);
}

/** Nobody listens there. */
function strangerText(port: number): string {
  const connection = connectionFrom(port);
  if (connection === 'closed') return endedConnection;
  return connection === 'open' ? 'a connection to elsewhere' : 'a process that cannot be seen';
}

const endedConnection = 'a connection that has ended and keeps it for up to a minute';

/** Refuses taken ports, all at once and by owner, before anything starts. */
export async function refuseTakenPorts(plan: Plan, running: Plan | null): Promise<void> {
  const found = await takenPorts(plan, running);
  if (found.length === 0) return;
  const taken = found.map(({port, wantedFor, holder}) => `port ${port}, for ${wantedFor}, is taken by ${holder}`);
  const passes = found.every(({holder}) => holder === endedConnection);
  throw new SutraError('PORT_TAKEN', taken.join('; '), {
    cure: [
      passes ? 'the same command in a minute' : 'stop what holds it',
      'sutra deploy --project NAME --port-offset 1000 puts this stack beside it',
    ],
    details: {taken},
  });
}
