import {realpath} from 'node:fs/promises';
import {SutraError} from '../errors.js';
import {labels} from '../render/compose/service-definition.js';
import {containerAt} from '../system/docker-engine.js';
import {stateFolderOf} from '../system/folders/state-folder.js';
import {pollUntil} from '../system/poll.js';
import {ownerText, type PortOwner, portOwner} from '../system/process/port-owner.js';
import {isPortFree} from '../system/process/ports.js';
import {connectionFrom} from '../system/process/tcp-sockets.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {isExposedPort} from '../topology/security.js';

export interface TakenPort {
  port: number;
  /** Whom the plan means it for. */
  wantedFor: string;
  /** Who has it, in words. */
  holder: string;
  /** It will be free within a minute, whatever anybody does. */
  passes: boolean;
}

/**
 * Returns the ports of the plan that others than the stack in `here` have. Whatever belongs to the stack of this very folder, wanted or left by a
 * command that was killed, is no reason to refuse: the deployment ends or keeps it.
 */
export async function takenPorts(
  here: Pick<System, 'cwd'> | null,
  plan: Plan,
  running: Plan | null,
): Promise<TakenPort[]> {
  const own = new Set(running?.ports.map(({port}) => port));
  const taken: TakenPort[] = [];
  for (const {port, owner: wantedFor} of plan.ports) {
    if (own.has(port) || (await isPortFree(port, isExposedPort(plan, port) ? '0.0.0.0' : undefined))) continue;
    const owner = portOwner(port);
    if (here !== null && (await isOfStackIn(here, port, owner))) continue;
    taken.push({port, wantedFor, ...(await holderOf(port, owner))});
  }
  return taken;
}

/** Also one that the plan of this folder no longer names, and a command that was killed has left running. */
async function isOfStackIn(here: Pick<System, 'cwd'>, port: number, owner: PortOwner | null): Promise<boolean> {
  const state = stateFolderOf(here);
  if (owner?.stackFolder != null) return owner.stackFolder === (await realpath(state).catch(() => state));
  const container = await containerAt(port);
  return container?.labels[labels.folder] === state;
}

type Holder = Pick<TakenPort, 'holder' | 'passes'>;

/** Behind the engine's own proxy there is a container, and that is who has the port. */
async function holderOf(port: number, owner: PortOwner | null): Promise<Holder> {
  if (owner === null || owner.command?.includes('docker-proxy') === true) {
    const container = await containerAt(port);
    if (container !== null) return {holder: `the container ${container.name}`, passes: false};
  }
  return owner === null ? connectionAt(port) : {holder: ownerText(owner), passes: false};
}

/** Nobody listens there. */
function connectionAt(port: number): Holder {
  const connection = connectionFrom(port);
  if (connection === 'closed') {
    return {holder: 'a connection that has ended and keeps it for up to a minute', passes: true};
  }
  return {
    holder: connection === 'open' ? 'a connection to elsewhere' : 'a process this user cannot see',
    passes: false,
  };
}

/** Linux keeps the port of an ended connection for 60 s. */
const endedWithinMs = 65_000;

/**
 * Refuses taken ports, all at once and by owner, before anything starts. Where ended connections are all that is in the
 * way, it waits for them and says so.
 */
export async function refuseTakenPorts(
  system: Pick<System, 'cwd' | 'clock' | 'signal'>,
  plan: Plan,
  running: Plan | null,
  say: (text: string) => void,
): Promise<void> {
  await refuseUnlessFree(() => takenPorts(system, plan, running), system, say);
}

/** Throws PORT_TAKEN for the ports that `look` finds. Apart, so that a test can say what is found. */
export async function refuseUnlessFree(
  look: () => Promise<TakenPort[]>,
  {clock, signal}: Pick<System, 'clock' | 'signal'>,
  say: (text: string) => void,
): Promise<void> {
  let found = await look();
  if (found.length > 0 && found.every(({passes}) => passes)) {
    say(`waiting: ${found.map(textOf).join('; ')}`);
    const lookAgain = async () => {
      found = await look();
      return found.length === 0 || !found.every(({passes}) => passes) ? true : null;
    };
    await pollUntil(lookAgain, {clock, signal, withinMs: endedWithinMs, longestPauseMs: 2000});
  }
  if (found.length === 0) return;
  throw new SutraError('PORT_TAKEN', found.map(textOf).join('; '), {
    cure: [
      found.every(({passes}) => passes) ? 'run the same command again in a minute' : 'stop the program that uses it',
      'sutra deploy --project NAME --port-offset N puts this stack beside it',
    ],
    details: {taken: found.map(textOf)},
  });
}

const textOf = ({port, wantedFor, holder}: TakenPort): string =>
  `port ${port}, for ${wantedFor}, is taken by ${holder}`;
