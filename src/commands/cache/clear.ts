import type {CacheCleared} from '@sutra/contract/http-info';
import {BaseCommand} from '../../cli/base-command.js';
import {clearCache} from '../../client/cache-api.js';
import {requireDeployedPlan} from '../../stack/plans/deployed-plan.js';

export default class CacheClear extends BaseCommand<typeof CacheClear> {
  static override description = 'empty both cache tiers on every replica';
  static override examples = ['<%= config.bin %> cache clear'];

  async run(): Promise<{schemaVersion: 1} & CacheCleared> {
    const cleared = await clearCache((await requireDeployedPlan(this.system)).urls.api, this.system.signal);
    const pending = cleared.l2 === 'pending';
    this.log(pending ? 'Cleared. The shard cannot be reached; it is cleared before it is used again.' : 'Cleared.');
    return {schemaVersion: 1, ...cleared};
  }
}
