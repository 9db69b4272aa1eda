import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {SutraError} from '../errors.js';
import {nearestName} from '../nearest-name.js';
import {baseImageOf, dockerfiles, imageTags, inRegistry} from '../render/docker-build.js';
import {type DockerEngine, requireEngine} from '../system/docker-engine.js';
import {temporaryFolder} from '../system/folders/temporary-folder.js';
import {productRoot, productVersion} from '../system/product-version.js';
import type {Step} from '../system/step.js';
import type {System} from '../system/system.js';
import {type ImageService, imageOf, imageServices} from '../topology/images.js';
import {bakeModel} from './bake-model.js';
import {buildSecrets, stageContext} from './build-context.js';
import {
  type BuildSite,
  buildImage,
  getBaseImage,
  type ImageUnderWay,
  imageBytes,
  pushImage,
  removeUnnamed,
  requireBuildx,
  sourceRevision,
  tagImage,
} from './image-builder.js';

export interface BuildOptions {
  /** One of them; all when undefined. */
  service: string | undefined;
  /** Id or folder of a model that goes into the embedder's image. */
  model: string | undefined;
  /** Certificates that npm is to trust, PEM. */
  ca: string | undefined;
  noCache: boolean;
  buildArgs: Record<string, string>;
  /** `ghcr.io/me`: the images get names there too. */
  registry: string | undefined;
  push: boolean;
  /** Shows the steps while it runs them. */
  runSteps: (steps: Step[]) => Promise<void>;
}

export interface BuiltImage {
  service: ImageService;
  /** The name that a stack runs it by. */
  image: string;
  tags: string[];
  id: string;
  base: string;
  /** Of the base in its registry; null for one that was made on this machine. */
  baseDigest: string | null;
  sizeBytes: number;
  aboveBaseBytes: number;
  seconds: number;
}

/**
 * Builds the images and names them when all are there; a failure leaves the names as they were.
 * Throws USAGE, TOOL_MISSING, PERMISSION, NETWORK, NO_SPACE, BUILD_FAILED, DEADLINE.
 */
export async function buildImages(system: System, options: BuildOptions): Promise<BuiltImage[]> {
  const services = wantedServices(options);
  await using work = await temporaryFolder('sutra-build-');
  const version = await productVersion();
  const site: BuildSite = {
    system,
    work: work.path,
    context: join(work.path, 'context'),
    secrets: await buildSecrets(system, options.ca),
    noCache: options.noCache,
    buildArgs: {VERSION: version, ...(await sourceRevision(system)), ...npmRegistry(system), ...options.buildArgs},
  };
  const images = await Promise.all(services.map((service) => imageUnderWay(service, version, options)));
  await stageContext(site.context);
  const build: Build = {site, images, options, engine: null};
  try {
    await options.runSteps(buildSteps(build));
  } catch (error) {
    if (build.engine !== null) await removeUnnamed(build.engine, images);
    throw error;
  }
  return Promise.all(images.map((image) => builtImage(build, image, version)));
}

interface Build {
  site: BuildSite;
  images: ImageUnderWay[];
  options: BuildOptions;
  engine: DockerEngine | null;
}

/** The registry that a variable names; the one of the user's npmrc is asked through that. */
function npmRegistry({env}: System): Record<string, string> {
  const registry = env.npm_config_registry || env.NPM_CONFIG_REGISTRY;
  return registry ? {NPM_CONFIG_REGISTRY: registry} : {};
}

function wantedServices({service, model, push, registry}: BuildOptions): ImageService[] {
  const known = imageServices.find((name) => name === service);
  if (service !== undefined && known === undefined) {
    const nearest = nearestName(service, imageServices);
    throw new SutraError('USAGE', `unknown image "${service}": choose one of ${imageServices.join(', ')}`, {
      cure: [...(nearest === null ? [] : [`sutra build ${nearest}`]), 'sutra build, for all of them'],
    });
  }
  if (model !== undefined && known !== undefined && known !== 'embedder') {
    throw new SutraError('USAGE', `--model ${model}: only the embedder's image can hold a model`, {
      cure: `sutra build embedder --model ${model}`,
    });
  }
  if (push && registry === undefined) {
    throw new SutraError('USAGE', '--push needs --registry', {cure: 'sutra build --push --registry ghcr.io/YOU'});
  }
  return known === undefined ? [...imageServices] : [known];
}

async function imageUnderWay(service: ImageService, version: string, options: BuildOptions): Promise<ImageUnderWay> {
  const dockerfile = join(productRoot, dockerfiles[service]);
  const base = baseImageOf(await readFile(dockerfile, 'utf8'), options.buildArgs);
  if (base === null) throw new SutraError('INTERNAL', `${dockerfile} names no base image`);
  const tags = imageTags(service, version, options.registry ?? null);
  return {service, name: `sutra-${service}`, dockerfile, base, baseDigest: null, tags, id: null, seconds: 0};
}

function buildSteps(build: Build): Step[] {
  const {site, images, options} = build;
  const {model} = options;
  const withModel = model !== undefined && images.some(({service}) => service === 'embedder');
  return [
    {
      title: 'Find Docker',
      async run(say) {
        build.engine = await requireEngine(site.system);
        say(`Docker ${build.engine.version}, buildx ${await requireBuildx(site.system)}`);
      },
    },
    ...[...new Set(images.map(({base}) => base))].map((base) => ({
      title: `Get the base image ${base}`,
      async run(say: (text: string) => void) {
        const baseDigest = await getBaseImage(site.system, found(build), base, say);
        for (const image of images) if (image.base === base) image.baseDigest = baseDigest;
      },
    })),
    ...(withModel
      ? [{title: `Get the model ${model}`, run: (say: (text: string) => void) => bakeModel(site, model, say)}]
      : []),
    ...images.map((image) => ({
      title: `Build ${image.name}`,
      run: (say: (text: string) => void) => buildImage(site, image, say),
    })),
    {
      title: 'Tag the images',
      async run() {
        for (const image of images) await tagImage(site.system, image);
      },
    },
    ...(options.push ? pushSteps(build) : []),
  ];
}

function pushSteps({site, images, options}: Build): Step[] {
  const there = images.flatMap(({tags}) =>
    tags.filter((tag) => tag.startsWith(inRegistry('', options.registry ?? ''))),
  );
  return there.map((tag) => ({title: `Push ${tag}`, run: (say) => pushImage(site.system, tag, say)}));
}

async function builtImage(build: Build, image: ImageUnderWay, version: string): Promise<BuiltImage> {
  const {service, tags, id, base, baseDigest, seconds} = image;
  if (id === null) throw new SutraError('INTERNAL', `${image.name} was built and has no id`);
  const sizeBytes = await imageBytes(found(build), id);
  const aboveBaseBytes = sizeBytes - (await imageBytes(found(build), base));
  return {service, image: imageOf(service, version), tags, id, base, baseDigest, sizeBytes, aboveBaseBytes, seconds};
}

function found({engine}: Build): DockerEngine {
  if (engine === null) throw new SutraError('INTERNAL', 'a build without an engine');
  return engine;
}
