import {join} from 'node:path';
import {expect} from 'vitest';
import {stackFolder as pathsOf} from '../../src/runtime/stack-folder.js';
import {deployStack} from '../../src/stack/deploy.js';
import {openRuntime} from '../../src/stack/hosts/open-runtime.js';
import {type LiveReport, reportLive} from '../../src/stack/live-report.js';
import {resolveStack} from '../../src/stack/plans/resolve-stack.js';
import {stackHere} from '../../src/stack/stack-here.js';
import {readLock} from '../../src/system/files/lock-file.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {isAlive, signalProcess} from '../../src/system/process/process-identity.js';
import type {System} from '../../src/system/system.js';
import type {Settings} from '../../src/topology/settings/settings.js';
import {until} from './docker.js';
import {type StackFolder, stackFolder} from './stack.js';

/** A real stack to be damaged, small and behind HAProxy, driven by the functions behind the commands. */
export interface DamagedStack extends AsyncDisposable {
  folder: StackFolder;
  state: string;
  deploy(): Promise<void>;
  look(): Promise<LiveReport>;
  /** Ends the supervisor, which would put some of its files right again. */
  killSupervisor(): Promise<void>;
}

export function damagedStack(portOffset: number): DamagedStack {
  const folder = stackFolder();
  const settings: Settings = {
    ...{edition: 'enterprise', model: 'all-MiniLM-L6-v2-int8', replicas: 1, runtime: 'process'},
    ...{project: 'damaged', portOffset, tls: 'generated'},
  };
  const env = {...process.env, SUTRA_API_KEY: 'a-key-of-thirty-two-characters-00'};
  const system = (): System => ({...nodeSystem(AbortSignal.timeout(120_000), folder.path), env});
  const state = join(folder.path, '.sutra');
  return {
    folder,
    state,
    async deploy() {
      const resolved = await resolveStack(system(), [{origin: 'test', settings}]);
      await deployStack(system(), resolved, {
        ...{reason: 'deploy', install: false, review: () => Promise.resolve(), note: () => undefined},
        async runSteps(steps) {
          for (const {run} of steps) await run(() => undefined);
        },
      });
    },
    look: async () => reportLive(system(), await openRuntime(system()), await stackHere(system())),
    async killSupervisor() {
      const supervisor = readLock(pathsOf(state).supervisorLock);
      if (supervisor === null) throw new Error('no supervisor');
      signalProcess(supervisor, 'SIGKILL');
      await until('the supervisor is gone', () => Promise.resolve(!isAlive(supervisor)), 10_000);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/**
 * Holds what a look at a damaged stack says, and that the next deployment mends it. It ends no service, unless
 * `replaces`: a secret between services that is lost is made anew, and with it those that use it.
 */
export async function expectMended(
  stack: DamagedStack,
  damage: () => void,
  {names, replaces = false}: {names: RegExp; replaces?: boolean},
): Promise<void> {
  const before = pidsOf(await stack.look());
  damage();
  const hurt = await damageSeen(stack, names);
  expect(hurt.whole).toBe(false);
  await stack.deploy();
  const after = await stack.look();
  expect(after.problems).toEqual([]);
  if (replaces) expect(Object.keys(pidsOf(after))).toEqual(Object.keys(before));
  else expect(pidsOf(after)).toEqual(before);
}

/** Waits for the report of the damage: the supervisor may see it a moment later. */
async function damageSeen(stack: DamagedStack, names: RegExp): Promise<LiveReport> {
  let report = await stack.look();
  await until(
    `a problem of ${names}`,
    async () => {
      report = await stack.look();
      return report.problems.some(({what, hint}) => names.test(what) && /sutra (deploy|start)\b/.test(hint));
    },
    10_000,
  );
  return report;
}

function pidsOf({services}: LiveReport): Record<string, number | null> {
  return Object.fromEntries(services.map(({name, pid}) => [name, pid]));
}
