import {Args} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {progressOptions, runSteps} from '../../cli/progress.js';
import {requireDeployedPlan} from '../../stack/deployed-plan.js';
import {type Warmed, warmCache} from '../../stack/warm-cache.js';
import {readLinesOf} from '../../system/line-stream.js';

export default class CacheWarm extends BaseCommand<typeof CacheWarm> {
  static override description = 'embed every line of a file, so that the cache has them';
  static override examples = ['<%= config.bin %> cache warm queries.txt'];
  static override args = {file: Args.file({description: 'one text a line, UTF-8', required: true, exists: true})};

  async run(): Promise<{schemaVersion: 1} & Warmed> {
    const plan = await requireDeployedPlan(this.system);
    const texts: string[] = [];
    for await (const {text} of readLinesOf(this.args.file, this.system.signal)) {
      if (text.trim() !== '') texts.push(text);
    }
    let warmed: Warmed = {texts: 0, cached: 0};
    const warm = async (say: (text: string) => void) => {
      const onProgress = (done: Warmed) => say(`${done.texts} of ${texts.length}, ${done.cached} were there already`);
      warmed = await warmCache(texts, {plan, system: this.system, onProgress});
    };
    await runSteps(
      [{title: `Warm the cache with ${texts.length} texts`, run: warm}],
      progressOptions(this.jsonEnabled()),
    );
    this.log(`${warmed.texts} texts, ${warmed.texts - warmed.cached} of them new to the cache`);
    return {schemaVersion: 1, ...warmed};
  }
}
