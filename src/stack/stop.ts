import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Runtime} from '../runtime/runtime.js';
import type {System} from '../system/system.js';
import {stateFolderOf} from './deployed-plan.js';

/** Ends the whole stack and forgets its plan; returns what ran. Logs, journal and evidence stay. */
export async function stopStack(system: System, runtime: Runtime): Promise<string[]> {
  const {instances} = await runtime.status();
  await runtime.down(system.signal);
  await rm(join(stateFolderOf(system), 'plan.json'), {force: true});
  return instances.filter(({state}) => state !== 'stopped').map(({name}) => name);
}
