import {Args, Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {columns} from '../cli/columns.js';
import {progressOptions, runSteps} from '../cli/live/progress.js';
import {buildArgument, imageTable} from '../cli/views/image-view.js';
import {type BuiltImage, buildImages} from '../images/build-images.js';
import {imageServices} from '../topology/images.js';

interface BuildResult {
  schemaVersion: 1;
  images: BuiltImage[];
}

export default class Build extends BaseCommand<typeof Build> {
  protected static override usesStack = false;
  static override summary = 'build the container images of the stack';
  static override description =
    `Builds sutra-embedder, sutra-cache and sutra-load-balancer with the Docker engine and names them VERSION and latest,
once all of them are built. npm is asked through your own ~/.npmrc and proxy; neither stays in an image.`;
  static override examples = [
    '<%= config.bin %> build',
    '<%= config.bin %> build embedder --model all-MiniLM-L6-v2-int8',
    '<%= config.bin %> build --push --registry ghcr.io/me',
    '<%= config.bin %> build --build-arg NODE_IMAGE=registry.example.com/node:24-trixie-slim',
  ];
  static override args = {
    service: Args.string({description: `${imageServices.join(', ')}; default all`}),
  };
  static override flags = {
    model: Flags.string({description: 'id, name or folder of a model to bake into the embedder', helpValue: 'ID'}),
    ca: Flags.string({
      description: 'PEM file of certificates for npm to trust; default NODE_EXTRA_CA_CERTS, else SSL_CERT_FILE',
      helpValue: 'FILE',
    }),
    'build-arg': Flags.string({
      description: 'an ARG of the Dockerfiles, NODE_IMAGE or HAPROXY_IMAGE for one',
      helpValue: 'K=V',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'no-cache': Flags.boolean({description: 'build every step anew'}),
    registry: Flags.string({description: 'name the images there as well: ghcr.io/me', helpValue: 'HOST/PATH'}),
    push: Flags.boolean({description: 'push them to the registry'}),
  };

  async run(): Promise<BuildResult> {
    const {model, ca, registry, push} = this.flags;
    const progress = progressOptions(this.jsonEnabled());
    const images = await buildImages(this.system, {
      service: this.args.service,
      model,
      ca,
      registry,
      push,
      noCache: this.flags['no-cache'],
      buildArgs: Object.fromEntries((this.flags['build-arg'] ?? []).map(buildArgument)),
      runSteps: (steps) => runSteps(steps, progress),
    });
    this.log(`\n${imageTable(images, model !== undefined, columns())}`);
    return {schemaVersion: 1, images};
  }
}
