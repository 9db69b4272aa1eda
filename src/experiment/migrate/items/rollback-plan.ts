import {type MigrationItem, nothingDeployed, pass, unknown} from '../migration-item.js';

const seedDimension = 768;

export const rollbackPlan: MigrationItem[] = [
  {
    id: 'way-back',
    says: 'SUTRA_EDITION=simple, SUTRA_CACHE_ENABLED=false, MATRYOSHKA_DIM=768, redeploy',
    claim: '768 is offered',
    run({plan}) {
      if (plan === null) return nothingDeployed;
      const {model} = plan;
      const widths = model.dimensions.join(', ');
      if (model.dimensions.includes(seedDimension))
        return pass(widths, 'sutra rollback --config does the four at once');
      return unknown(`${model.id} has no ${seedDimension}: sutra rollback --config keeps its own width`, widths);
    },
  },
  {
    id: 'plans-kept',
    says: 'Rollback (if needed)',
    claim: 'something to go to',
    run({plansKept}) {
      if (plansKept > 1) return pass(plansKept, 'deployments kept: sutra rollback --list');
      return unknown('no deployment before this one is kept; sutra rollback --config needs none', plansKept);
    },
  },
  {
    id: 'rolled-back',
    says: 'Verify rollback: v2.0 containers only',
    claim: 'one model, one API',
    async run({plan, runtime}) {
      if (plan === null) return nothingDeployed;
      const {instances} = await runtime.status();
      const names = instances.map(({name}) => name).join(', ');
      const rolledBack = plan.shape === 'simple' && !plan.cache.enabled;
      return rolledBack ? pass(instances.length, names) : unknown('not rolled back', instances.length);
    },
  },
];
