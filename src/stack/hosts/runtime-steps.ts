import {SutraError} from '../../errors.js';
import {buildImages} from '../../images/build-images.js';
import {sourceRevision} from '../../images/image-builder.js';
import {type DockerEngine, requireEngine} from '../../system/docker-engine.js';
import {findHaproxy, installHaproxy} from '../../system/haproxy-program.js';
import {productVersion} from '../../system/product-version.js';
import type {Say, Step} from '../../system/step.js';
import type {System} from '../../system/system.js';
import {type ImageService, imageOf, imageServices} from '../../topology/images.js';
import type {Plan, RuntimeName} from '../../topology/plan-schema.js';
import {missingImages, revisionOf} from './compose-host.js';
import {refuseLowLimits} from './limits.js';

interface Allowed {
  /** May what is missing be installed or built? */
  install: boolean;
}

/** What a runtime needs on this machine before anything can be started on it. */
export const runtimeSteps: Record<RuntimeName, (system: System, plan: Plan, allowed: Allowed) => Step[]> = {
  process: (system, plan, {install}) => [
    {title: 'Check the limits of this user', run: async () => refuseLowLimits(system, plan)},
    ...(plan.loadBalancer === null ? [] : [findBalancer(system, install)]),
  ],
  compose: (system, plan, {install}) => [haveImages(system, plan, install)],
};

function findBalancer(system: System, install: boolean): Step {
  return {
    title: 'Find HAProxy',
    async run(say) {
      const found = (await findHaproxy(system)) ?? (await installHaproxy(system, {allowed: install, say}));
      say(`HAProxy ${found.versionText} (${found.program})`);
    },
  };
}

function haveImages(system: System, {version}: Plan, install: boolean): Step {
  return {
    title: `Prepare the images of version ${version}`,
    async run(say) {
      const engine = await requireEngine(system);
      const missing = await missingImages(engine, version);
      if (missing.length === 0) return say(await whatIsThere(system, engine, version));
      if (!install) {
        throw new SutraError('TOOL_MISSING', `images of version ${version} are missing: ${missing.join(', ')}`, {
          cure: ['sutra build', 'or deploy without --no-install, which builds them'],
        });
      }
      if (version !== (await productVersion())) {
        throw new SutraError('TOOL_MISSING', `images of version ${version} are missing: ${missing.join(', ')}`, {
          cure: 'build them where that version is checked out, or unset SUTRA_VERSION',
        });
      }
      for (const service of missing) await buildOne(system, service, say);
    },
  };
}

/** Images of the same version may have been built from other code: worth telling to who changes the code. */
async function whatIsThere(system: System, {docker}: DockerEngine, version: string): Promise<string> {
  const built = await revisionOf(docker, imageOf('embedder', version));
  const {REVISION: here} = await sourceRevision(system);
  if (built === null || here === undefined || built === here) return `all ${imageServices.length} found`;
  return `all ${imageServices.length} found, built from revision ${built.slice(0, 12)}; sutra build builds the code in this folder`;
}

/** The steps of a build become lines of ours. */
async function buildOne(system: System, service: ImageService, say: Say): Promise<void> {
  await buildImages(system, {
    ...{service, model: undefined, ca: undefined, noCache: false, buildArgs: {}, registry: undefined, push: false},
    async runSteps(steps) {
      for (const {title, run} of steps) {
        say(title);
        await run(say);
      }
    },
  });
}
