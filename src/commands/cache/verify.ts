import {BaseCommand} from '../../cli/base-command.js';
import type {Verdict} from '../../decision/verdict.js';
import {requireDeployedPlan} from '../../stack/plans/deployed-plan.js';
import {verifyShard} from '../../vectors/cache-shard.js';

interface VerifyResult {
  schemaVersion: 1;
  verdict: Verdict;
  checked: number;
  bad: number;
}

export default class CacheVerify extends BaseCommand<typeof CacheVerify> {
  static override description = 'verify the checksum of every vector in the shard and remove damaged ones';
  static override examples = ['<%= config.bin %> cache verify'];

  async run(): Promise<VerifyResult> {
    const {checked, bad} = await verifyShard(await requireDeployedPlan(this.system), this.system);
    const verdict = bad === 0 ? 'pass' : 'fail';
    this.log(`${verdict}: ${checked} vectors, ${bad} damaged${bad === 0 ? '' : ' and removed'}`);
    this.conclude(verdict);
    return {schemaVersion: 1, verdict, checked, bad};
  }
}
