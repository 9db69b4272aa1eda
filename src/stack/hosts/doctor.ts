import {availableParallelism, totalmem} from 'node:os';
import {SutraError} from '../../errors.js';
import {storeFolder} from '../../model/model-folder.js';
import {defaultModel} from '../../model/registry.js';
import {findModel} from '../../model/store.js';
import {bytesText} from '../../model/transfer-text.js';
import {findEngine} from '../../system/docker-engine.js';
import {freeBytes} from '../../system/files/disk-space.js';
import {findHaproxy} from '../../system/haproxy-program.js';
import {productVersion} from '../../system/product-version.js';
import type {System} from '../../system/system.js';
import type {Layer} from '../../topology/settings/environment.js';
import {findDeployedPlan} from '../plans/deployed-plan.js';
import {resolveStack} from '../plans/resolve-stack.js';
import {takenPorts} from '../preflight.js';
import {missingImages} from './compose-host.js';
import {lowLimitsHere} from './limits.js';

/** `ok`; `note`: works, worth knowing; `missing`: a deployment would fail. */
export type DiagnosisState = 'ok' | 'note' | 'missing';

export interface Diagnosis {
  id: string;
  state: DiagnosisState;
  found: string;
  cure: string | null;
}

type Probe = (system: System, flags: Layer[]) => Promise<Diagnosis>;

/** What a deployment needs of this machine, looked at one by one. */
const probes: Probe[] = [node, machine, limits, haproxy, docker, model, disk, ports];

/** Looks for what a deployment with these flags would need. */
export async function* diagnose(system: System, flags: Layer[]): AsyncGenerator<Diagnosis> {
  for (const probe of probes) yield await probe(system, flags);
}

function node(): Promise<Diagnosis> {
  return Promise.resolve({id: 'node', state: 'ok', found: `${process.version} (${process.execPath})`, cure: null});
}

function machine(): Promise<Diagnosis> {
  const leastBytes = 4e9;
  // A cgroup may allow less than there is.
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  const enough = bytes >= leastBytes;
  const found = `${availableParallelism()} cores, ${bytesText(bytes)} of memory`;
  const cure = enough ? null : 'sutra deploy --edition simple --model all-MiniLM-L6-v2 needs the fewest resources';
  return Promise.resolve({id: 'machine', state: enough ? 'ok' : 'note', found, cure});
}

/** Of the edition that needs the most, as processes: `missing` where no Docker engine could run it instead. */
async function limits(system: System, flags: Layer[]): Promise<Diagnosis> {
  const asProcesses = {origin: '--runtime', settings: {runtime: 'process'}} as const;
  const {plan} = await resolveStack(system, [communityEdition, ...flags, asProcesses]);
  const low = lowLimitsHere(system, plan);
  if (low.length === 0) return {id: 'limits', state: 'ok', found: 'open files and threads are enough', cure: null};
  const {engine} = await findEngine(system);
  return {
    id: 'limits',
    state: engine === null ? 'missing' : 'note',
    found: low.map(({found}) => found).join('; '),
    cure: [...low.map(({hint}) => hint), ...(engine === null ? [] : ['or run the services in containers'])].join('; '),
  };
}

async function haproxy(system: System): Promise<Diagnosis> {
  const found = await findHaproxy(system).catch((error: unknown) => error);
  if (found instanceof SutraError) return {id: 'haproxy', state: 'missing', found: found.message, cure: 'install 3.0'};
  if (found instanceof Error) throw found;
  if (found !== null) {
    const {versionText, program} = found as {versionText: string; program: string};
    return {id: 'haproxy', state: 'ok', found: `${versionText} (${program})`, cure: null};
  }
  const cure =
    'deploy installs it when run as root with apt; otherwise apt-get install haproxy. Edition simple does not need it';
  return {id: 'haproxy', state: 'note', found: 'not on this machine', cure};
}

async function docker(system: System): Promise<Diagnosis> {
  const {engine, missing} = await findEngine(system);
  if (engine === null) {
    const found = `${missing.message}: the services run as processes`;
    return {id: 'docker', state: 'ok', found, cure: null};
  }
  const absent = await missingImages(engine, await productVersion());
  const found = `engine ${engine.version}, Compose ${engine.composeVersion}: the services run in containers`;
  if (absent.length === 0) return {id: 'docker', state: 'ok', found, cure: null};
  return {
    id: 'docker',
    state: 'note',
    found,
    cure: `deploy builds what is missing (${absent.join(', ')}), or run sutra build`,
  };
}

async function model(system: System): Promise<Diagnosis> {
  const stored = await findModel(system, defaultModel);
  if (stored !== null) return {id: 'model', state: 'ok', found: `${defaultModel} in ${stored.folder}`, cure: null};
  return {
    id: 'model',
    state: 'note',
    found: `${defaultModel} is not on this machine yet`,
    cure: 'deploy downloads it, or run sutra model pull',
  };
}

async function disk(system: System): Promise<Diagnosis> {
  const leastBytes = 1e9;
  const folder = storeFolder(system);
  const free = await freeBytes(folder);
  const enough = free >= leastBytes;
  const cure = enough
    ? null
    : `free ${bytesText(leastBytes - free)}, or set SUTRA_MODEL_STORE to a folder on a larger disk`;
  return {id: 'disk', state: enough ? 'ok' : 'missing', found: `${bytesText(free)} free for models in ${folder}`, cure};
}

async function ports(system: System, flags: Layer[]): Promise<Diagnosis> {
  const {plan} = await resolveStack(system, [communityEdition, ...flags]);
  const running = findDeployedPlan(system);
  const taken = (await takenPorts(system, plan, running)).map(({port, holder}) => `${port} by ${holder}`);
  if (taken.length === 0)
    return {
      id: 'ports',
      state: 'ok',
      found: `${plan.ports.map(({port}) => port).join(', ')} are ${running === null ? 'free' : 'free, or used by this stack'}`,
      cure: null,
    };
  return {
    id: 'ports',
    state: 'missing',
    found: `taken: ${taken.join('; ')}`,
    cure: 'stop the programs that use them, or look for free ones: sutra doctor --port-offset 1000',
  };
}

/** The edition with the most ports. */
const communityEdition = {origin: '--edition', settings: {edition: 'community'}} as const;
