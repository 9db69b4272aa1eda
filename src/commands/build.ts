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
    `Builds sutra-embedder, sutra-cache and sutra-load-balancer with the Docker engine and tags them VERSION and latest
once all of them are built. npm uses your ~/.npmrc and proxy; neither stays in an image.`;
  static override examples = [
    '<%= config.bin %> build',
    '<%= config.bin %> build embedder --model all-MiniLM-L6-v2-int8',
    '<%= config.bin %> build --push --registry ghcr.io/me',
    '<%= config.bin %> build --build-arg NODE_IMAGE=registry.example.com/node:24-trixie-slim',
  ];
  static override args = {
    service: Args.string({description: `image to build: ${imageServices.join(', ')}; all unless given`}),
  };
  static override flags = {
    model: Flags.string({description: 'model to bake into the embedder image: id, name or folder', helpValue: 'ID'}),
    ca: Flags.string({
      description: 'PEM file of certificates for npm to trust; NODE_EXTRA_CA_CERTS, then SSL_CERT_FILE unless set',
      helpValue: 'FILE',
    }),
    'build-arg': Flags.string({
      description: 'set an ARG of the Dockerfiles, such as NODE_IMAGE or HAPROXY_IMAGE; can be repeated',
      helpValue: 'K=V',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'no-cache': Flags.boolean({description: 'build without the layer cache'}),
    registry: Flags.string({description: 'also tag the images for this registry: ghcr.io/me', helpValue: 'HOST/PATH'}),
    push: Flags.boolean({description: 'push the images to --registry'}),
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
