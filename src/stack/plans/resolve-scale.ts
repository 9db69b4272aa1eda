import {SutraError} from '../../errors.js';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';
import {requireDeployedPlan} from './deployed-plan.js';
import {type ResolvedStack, resolveLayers} from './resolve-stack.js';
import {settingsOfRunning} from './unfinished-plan.js';

const mostReplicas = 32;

/** The stack that runs, with other numbers of replicas: `5` (what computes) or `ml-base=5 embedding-service=2`. */
export async function resolveScale(system: System, wishes: string[]): Promise<ResolvedStack> {
  const running = await requireDeployedPlan(system);
  const counts = parseWishes(wishes, scalable(running));
  const made = settingsOfRunning(system, running);
  if (made === null) {
    throw new SutraError('STATE', 'the settings of this stack were not kept', {
      cure: 'sutra deploy --replicas N, with the flags it was deployed with',
    });
  }
  return await resolveLayers(system, [made, {origin: 'scale', settings: counts}]);
}

type Count = 'replicas' | 'edgeReplicas';

/** Service → the setting that says how many; what computes comes first. */
function scalable({shape, services}: Plan): Map<string, Count> {
  if (shape === 'simple' || shape === 'direct') {
    throw new SutraError(
      'STATE',
      `topology ${shape} cannot be scaled: it has one replica of each service and no load balancer`,
      {
        cure: 'sutra deploy --edition community --replicas N',
      },
    );
  }
  const counts: [string, Count][] = [
    ['ml-base', 'replicas'],
    ['embedder', 'replicas'],
    ['embedding-service', 'edgeReplicas'],
  ];
  return new Map(counts.filter(([name]) => services.some((service) => service.name === name)));
}

function parseWishes(wishes: string[], services: Map<string, Count>): Partial<Record<Count, number>> {
  const counts: Partial<Record<Count, number>> = {};
  for (const wish of wishes) {
    const [, name, digits] = /^(?:([a-z][\w-]*)=)?(\d+)$/.exec(wish) ?? [];
    const setting = name === undefined ? computing(services) : services.get(name);
    const count = Number(digits);
    const known = [...services.keys()];
    if (digits === undefined || setting === undefined || setting === null) {
      throw new SutraError('USAGE', `${wish}: is not a replica count or SERVICE=N`, {
        cure: `services that can be scaled: ${known.join(', ')}, as in ${known[0]}=4`,
      });
    }
    if (count < 1 || count > mostReplicas) {
      throw new SutraError('USAGE', `${wish}: 1 to ${mostReplicas} replicas are allowed`);
    }
    counts[setting] = count;
  }
  return counts;
}

/** Where the models run elsewhere there is nothing here that computes. */
function computing(services: Map<string, Count>): Count | null {
  return [...services.values()].includes('replicas') ? 'replicas' : null;
}
