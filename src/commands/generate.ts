import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {flagLayers, topologyFlags} from '../cli/flags/topology-flags.js';
import {assumedLines} from '../cli/views/assumed-lines.js';
import {shownPath} from '../cli/views/shown-path.js';
import {SutraError} from '../errors.js';
import {writeRuntimeFiles} from '../stack/hosts/runtime-files.js';
import {type FilesOfPlan, filesOfPlan} from '../stack/plans/files-of-plan.js';
import {resolveStack} from '../stack/plans/resolve-stack.js';
import type {Plan} from '../topology/plan-schema.js';

interface GenerateResult {
  schemaVersion: 1;
  files: string[];
  /** What could not be found on this machine and may come out otherwise. */
  assumed: string[];
}

export default class Generate extends BaseCommand<typeof Generate> {
  static override description = 'write the files of the stack to .sutra/ without starting anything';
  static override examples = ['<%= config.bin %> generate --edition community', '<%= config.bin %> generate --check'];
  static override flags = {
    ...topologyFlags,
    check: Flags.boolean({description: 'write nothing; fail if a file on disk differs from what would be written'}),
    force: Flags.boolean({description: 'overwrite files that a running stack uses'}),
  };

  async run(): Promise<GenerateResult> {
    const {plan} = await resolveStack(this.system, flagLayers(this.flags));
    const files = await filesOfPlan(this.system, plan);
    const {artifacts, assumed} = files;
    if (this.flags.check) this.check(files);
    else this.write(plan, files);
    for (const line of assumedLines(assumed)) this.log(line);
    return {schemaVersion: 1, files: artifacts.map(({path}) => path), assumed};
  }

  private check({artifacts, differing, assumed}: FilesOfPlan): void {
    if (differing.length === 0) {
      this.log(asOnDisk(artifacts));
      return;
    }
    throw new SutraError('STATE', `files differ from what would be generated: ${differing.join(', ')}`, {
      cure: ['sutra generate, with the same flags', ...assumed.map((text) => `note what was assumed: ${text}`)],
      details: {differing, assumed},
    });
  }

  /** The load balancer of a running stack reads these files: only deploy may change them under it. */
  private write(plan: Plan, {artifacts, running, differing}: FilesOfPlan): void {
    if (running && differing.length === 0) {
      this.log(asOnDisk(artifacts));
      return;
    }
    if (running && !this.flags.force) {
      throw new SutraError(
        'STATE',
        `a running stack uses these files, and they would change: ${differing.join(', ')}`,
        {
          cure: [
            'sutra deploy, with the same flags, changes the stack and its files',
            'sutra generate --folder DIR writes them elsewhere',
            'sutra generate --force overwrites them; the stack keeps the files it has loaded until you deploy again',
          ],
          details: {differing},
        },
      );
    }
    for (const path of writeRuntimeFiles(this.system, plan, artifacts)) this.log(`wrote ${shownPath(path)}`);
  }
}

function asOnDisk({length}: readonly unknown[]): string {
  return `${length} files are up to date`;
}
