import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {paint} from '../cli/paint.js';
import {verdictColour} from '../cli/views/verdict-colour.js';
import {type Verdict, worstVerdict} from '../decision/verdict.js';
import {checkMigration, type MigrationResult} from '../experiment/migrate/migrate.js';
import {migrationHead, migrationLines} from '../report/migration-lines.js';
import {migrationFacts} from '../trial/migration-facts.js';

interface MigrateResult {
  schemaVersion: 1;
  verdict: Verdict;
  items: MigrationResult[];
}

export default class Migrate extends BaseCommand<typeof Migrate> {
  static override description = 'check the migration list from v2.0 to v3.0, item by item, without changing anything';
  static override examples = ['<%= config.bin %> migrate --check', '<%= config.bin %> migrate --check --json'];
  static override flags = {
    check: Flags.boolean({description: 'only check, which is all this command does: sutra deploy makes the changes'}),
  };

  async run(): Promise<MigrateResult> {
    if (!this.flags.check) this.logToStderr('Note: this only checks; `sutra deploy` makes the changes');
    const items: MigrationResult[] = [];
    this.log(paint.faint(migrationHead(columns())));
    for await (const item of checkMigration(await migrationFacts(this.system))) {
      if (items.at(-1)?.group !== item.group) this.log(`\n${paint.strong(item.group)}`);
      items.push(item);
      const [says, found] = migrationLines(item, columns());
      this.log(paint.faint(says));
      this.log(verdictColour[item.verdict](found));
    }
    const verdict = worstVerdict(items.map((item) => item.verdict));
    const counts = (['pass', 'fail', 'unknown'] as const).map(
      (kind) => `${items.filter((item) => item.verdict === kind).length} ${kind}`,
    );
    this.log(`\n${verdictColour[verdict](verdict)}: ${counts.join(', ')} of ${items.length}`);
    this.conclude(verdict);
    return {schemaVersion: 1, verdict, items};
  }
}
