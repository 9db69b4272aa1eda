import {mkdtemp, realpath, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {clearCache} from '../client/cache-api.js';
import {configDigest} from '../decision/evidence.js';
import {SutraError} from '../errors.js';
import type {Runtime} from '../runtime/runtime.js';
import {deployStack} from '../stack/deploy.js';
import {destroyStack, hasState} from '../stack/destroy.js';
import {runtimeFor} from '../stack/hosts/open-runtime.js';
import {type ResolvedStack, resolveLayers, resolveStack} from '../stack/plans/resolve-stack.js';
import {runningSettings} from '../stack/plans/running-settings.js';
import {takenPorts} from '../stack/preflight.js';
import type {System} from '../system/system.js';
import {defaults} from '../topology/editions.js';
import type {Plan} from '../topology/plan-schema.js';
import type {Layer} from '../topology/settings/environment.js';
import type {Settings} from '../topology/settings/settings.js';
import {settingsUnder} from '../topology/settings/settings-under.js';
import {own, scratchPrefix} from './scratch-orphans.js';

/** A place of this command's own for a stack: a folder, a name and ports, so that a stack that runs here is left alone. */
export interface ScratchStack extends AsyncDisposable {
  folder: string;
  /** Makes this what runs, all of it new and with an empty cache; what runs as it already is keeps running, emptied. */
  bring(resolved: ResolvedStack): Promise<void>;
  /** What the instances of this plan take, once it runs. */
  usage(plan: Plan): Runtime['usage'];
  /** Ends what runs and removes all it had. */
  end(): Promise<void>;
}

const endDeadlineMs = 120_000;

/** Disposed of, nothing is left of it, whatever happened. */
export async function scratchStack(system: System): Promise<ScratchStack> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), scratchPrefix)));
  own(folder);
  const inside = {...system, cwd: folder};
  let running: string | null = null;
  const end = async () => {
    running = null;
    // Not the command's own signal: what was started must end after an interrupt too.
    if (hasState(inside)) await destroyStack({...inside, signal: AbortSignal.timeout(endDeadlineMs)}, {volumes: true});
  };
  return {
    folder,
    end,
    usage: (plan) => async (signal) => (await runtimeFor(inside, plan)).usage(signal),
    async bring(resolved) {
      const {plan} = resolved;
      const wanted = configDigest(plan);
      if (running === wanted) {
        if (plan.cache.enabled) await clearCache(plan.urls.api, system.signal);
        return;
      }
      await end();
      await deployStack(inside, resolved, {...silent, reason: 'deploy', install: true});
      running = wanted;
    },
    async [Symbol.asyncDispose]() {
      await end();
      await rm(folder, {recursive: true, force: true});
    },
  };
}

const silent = {
  review: () => Promise.resolve(),
  note: () => undefined,
  async runSteps(steps: {run: (say: (text: string) => void) => Promise<void>}[]) {
    for (const step of steps) await step.run(() => undefined);
  },
};

/**
 * What makes a stack one of this command's own, whatever else it is: its name goes with its ports. Its cache shard is its own
 * too: it is emptied between runs, and one elsewhere is other people's.
 */
export function scratchSettings(portOffset: number): Settings {
  const {host, port} = defaults.cache;
  return {project: `bench-${portOffset}`, portOffset, expose: false, cache: {host, port}};
}

/** A stack from these layers on top of what runs here; where nothing does, on top of sutra.yaml and the environment. */
export async function resolveOn(system: System, running: Layer | null, layers: Layer[]): Promise<ResolvedStack> {
  if (running === null) return await resolveStack(system, layers);
  const below = settingsUnder(
    running.settings,
    layers.map(({settings}) => settings),
  );
  return await resolveLayers(system, [{origin: running.origin, settings: below}, ...layers]);
}

/** What runs here, else what deploy would make, as a stack of this command's own beside it. */
export async function resolveBeside(system: System): Promise<ResolvedStack> {
  const running = runningSettings(system);
  const at = (portOffset: number) => {
    const scratch = {origin: 'a stack of its own', settings: scratchSettings(portOffset)};
    return resolveOn(system, running, [scratch]);
  };
  return await at(await freePortOffset([(await at(0)).plan]));
}

/**
 * First those that put the cache shard above the ports Linux takes for outgoing connections (32768 to 60999): one of those
 * blocks its port for a minute after it has ended, and a stack would not come up again between two runs.
 */
const offsets = [11_000, 12_000, 13_000, 14_000, 15_000, 6_000, 7_000, 8_000, 9_000, 10_000];

/** The first offset at which all ports of these plans, made without one, are free. Throws PORT_TAKEN. */
export async function freePortOffset(plans: readonly Plan[]): Promise<number> {
  for (const offset of offsets) {
    // One after another: a port is tried by taking it.
    let free = true;
    for (const plan of plans) free &&= (await takenPorts(null, shifted(plan, offset), null)).length === 0;
    if (free) return offset;
  }
  throw new SutraError('PORT_TAKEN', `no free ports for the stack to measure at any offset of ${offsets.join(', ')}`, {
    cure: '--port-offset N, where they are free',
  });
}

function shifted(plan: Plan, offset: number): Plan {
  return {...plan, ports: plan.ports.map((each) => ({...each, port: each.port + offset}))};
}
