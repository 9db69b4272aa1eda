import type {CacheStats} from '@sutra/contract/http-info';
import {BaseCommand} from '../../cli/base-command.js';
import {columns} from '../../cli/columns.js';
import {cacheStats} from '../../client/cache-api.js';
import {textTable} from '../../report/table.js';
import {requireDeployedPlan} from '../../stack/plans/deployed-plan.js';

export default class CacheStatsCommand extends BaseCommand<typeof CacheStatsCommand> {
  static override description = 'show hits and misses of both cache tiers';
  static override examples = ['<%= config.bin %> cache stats'];

  async run(): Promise<{schemaVersion: 1} & CacheStats> {
    const plan = await requireDeployedPlan(this.system);
    const stats = await cacheStats(plan.urls.api, this.system.signal);
    if (!stats.enabled) this.log('The cache is off.');
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const rows = [
      ['L1, memory', String(stats.l1_hits), String(stats.l1_misses), percent(stats.l1_hit_rate)],
      ['L2, shard', String(stats.l2_hits), String(stats.l2_misses), percent(stats.l2_hit_rate)],
      [
        'both',
        String(stats.l1_hits + stats.l2_hits),
        String(stats.total_requests - stats.l1_hits - stats.l2_hits),
        percent(stats.combined_hit_rate),
      ],
    ];
    this.log(textTable(['TIER', 'HITS', 'MISSES', 'OF ALL TEXTS'], rows, {width: columns()}));
    const {tests} = stats;
    const apart = tests === undefined ? '' : `; ${tests.requests} from sutra's own commands are counted separately`;
    this.log(`${stats.total_requests} texts requested by clients${apart}; ${stats.l1_size} in memory`);
    return {schemaVersion: 1, ...stats};
  }
}
