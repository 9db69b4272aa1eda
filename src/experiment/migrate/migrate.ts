import {SutraError} from '../../errors.js';
import {migrationSteps} from './items/migration-steps.js';
import {postMigration} from './items/post-migration.js';
import {preMigration} from './items/pre-migration.js';
import {rollbackPlan} from './items/rollback-plan.js';
import {type Finding, type MigrationFacts, type MigrationItem, unknown} from './migration-item.js';

/** The documents' list, in their order. */
const groups = {
  'Pre-Migration (v2.0 → v3.0)': preMigration,
  'Migration Steps': migrationSteps,
  'Post-Migration Validation': postMigration,
  'Rollback Plan': rollbackPlan,
} as const satisfies Record<string, MigrationItem[]>;

export interface MigrationResult extends Finding, Pick<MigrationItem, 'id' | 'says' | 'claim'> {
  group: string;
}

/** Goes through the list, one item after another. Changes nothing. */
export async function* checkMigration(facts: MigrationFacts): AsyncGenerator<MigrationResult> {
  for (const [group, items] of Object.entries(groups)) {
    for (const item of items) {
      facts.system.signal.throwIfAborted();
      const {id, says, claim} = item;
      yield {group, id, says, claim, ...(await find(item, facts))};
    }
  }
}

async function find(item: MigrationItem, facts: MigrationFacts): Promise<Finding> {
  try {
    return await item.run(facts);
  } catch (error) {
    if (!(error instanceof SutraError)) throw error;
    return unknown(error.message);
  }
}
