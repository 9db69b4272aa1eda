import {Args, Flags} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {progressOptions, runSteps} from '../../cli/live/progress.js';
import {requireDeployedPlan} from '../../stack/plans/deployed-plan.js';
import {longLineChoices, type Warmed, warmCache} from '../../vectors/warm-cache.js';
import {readWarmLines} from '../../vectors/warm-lines.js';

/** Line numbers shown; `--json` has all of them. */
const shownNumbers = 20;

export default class CacheWarm extends BaseCommand<typeof CacheWarm> {
  static override description = 'warm the cache with every line of a file';
  static override examples = [
    '<%= config.bin %> cache warm queries.txt',
    'sort -u *.log | <%= config.bin %> cache warm - --long-lines skip',
  ];
  static override args = {
    file: Args.file({description: 'UTF-8 file with one text per line; - reads standard input', required: true}),
  };
  static override flags = {
    'long-lines': Flags.option({
      options: longLineChoices,
      default: 'refuse',
      description: "what to do with a line that has more tokens than the model's window",
    })(),
  };

  async run(): Promise<{schemaVersion: 1} & Warmed> {
    const read = await readWarmLines(this.args.file, this.system.signal);
    const plan = await requireDeployedPlan(this.system);
    const count = read.lines.length;
    let warmed: Warmed = {texts: 0, cached: 0, empty: read.empty, cut: [], skipped: []};
    const warm = async (say: (text: string) => void) => {
      const onProgress = (done: Warmed) => say(`${done.texts} of ${count}, ${done.cached} already cached`);
      const longLines = this.flags['long-lines'];
      warmed = await warmCache(read, {plan, system: this.system, longLines, onProgress});
    };
    await runSteps([{title: `Warm the cache with ${count} texts`, run: warm}], progressOptions(this.jsonEnabled()));
    this.show(warmed);
    return {schemaVersion: 1, ...warmed};
  }

  private show({texts, cached, empty, cut, skipped}: Warmed): void {
    this.log(`${texts} texts, ${texts - cached} of them newly cached`);
    if (empty > 0) this.log(`${empty} empty ${empty === 1 ? 'line' : 'lines'} ignored`);
    if (cut.length > 0) this.log(`${cut.length} truncated to the model's window: ${numbersText(cut)}`);
    if (skipped.length > 0) this.log(`${skipped.length} skipped as too long: ${numbersText(skipped)}`);
  }
}

function numbersText(lines: readonly number[]): string {
  const more = lines.length - shownNumbers;
  const shown = lines.slice(0, shownNumbers).join(', ');
  return `line${lines.length === 1 ? '' : 's'} ${shown}${more > 0 ? ` and ${more} more (all in --json)` : ''}`;
}
