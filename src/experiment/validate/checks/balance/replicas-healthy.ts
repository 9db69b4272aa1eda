import {type Check, passIf} from '../../check.js';

export const replicasHealthy: Check = {
  phase: 2,
  id: 'replicas-healthy',
  unit: 'services',
  target: ({plan}) => `= ${expected(plan.services).length}`,
  async run({plan, runtime}) {
    const {instances} = await runtime.status();
    const states = new Map(instances.map(({name, state}) => [name, state]));
    const wanted = expected(plan.services);
    const missing = wanted.filter((name) => states.get(name) !== 'healthy');
    const reason =
      missing.length === 0
        ? wanted.join(', ')
        : missing.map((name) => `${name} is ${states.get(name) ?? 'not there'}`).join('; ');
    return passIf(missing.length === 0, wanted.length - missing.length, reason);
  },
};

function expected(services: {replicas: string[]}[]): string[] {
  return services.flatMap(({replicas}) => replicas);
}
