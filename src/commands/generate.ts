import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {flagLayers, topologyFlags} from '../cli/topology-flags.js';
import {SutraError} from '../errors.js';
import {differingFiles, generatedFiles, writeGenerated} from '../stack/generated-files.js';
import {resolveStack} from '../stack/resolve-stack.js';

interface GenerateResult {
  schemaVersion: 1;
  files: string[];
}

export default class Generate extends BaseCommand<typeof Generate> {
  static override description = 'write the files of the stack to .sutra/ and start nothing';
  static override examples = ['<%= config.bin %> generate --edition community', '<%= config.bin %> generate --check'];
  static override flags = {
    ...topologyFlags,
    check: Flags.boolean({description: 'write nothing; fail if a file on disk is not what would be written'}),
  };

  async run(): Promise<GenerateResult> {
    const {plan} = await resolveStack(this.system, flagLayers(this.flags));
    const artifacts = await generatedFiles(this.system, plan);
    if (this.flags.check) {
      const differing = await differingFiles(this.system, artifacts);
      if (differing.length > 0) {
        throw new SutraError('STATE', `not as they would be generated: ${differing.join(', ')}`, {
          cure: 'sutra generate, with the same flags',
        });
      }
      this.log(`${artifacts.length} files are as they would be generated`);
    } else {
      for (const path of await writeGenerated(this.system, artifacts)) this.log(`wrote ${path}`);
    }
    return {schemaVersion: 1, files: artifacts.map(({path}) => path)};
  }
}
