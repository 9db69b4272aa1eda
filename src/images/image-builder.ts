import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {SutraError} from '../errors.js';
import {buildCommand, buildStepOf, pinnedBase, pullCommand, pushCommand, tagCommand} from '../render/docker-build.js';
import type {DockerEngine} from '../system/docker-engine.js';
import {runProgram} from '../system/process/run-program.js';
import {type StreamedRun, streamProgram} from '../system/process/stream-program.js';
import {productRoot} from '../system/product-version.js';
import type {System} from '../system/system.js';
import type {ImageService} from '../topology/images.js';
import type {Secret} from './build-context.js';
import {buildFailure, pullFailure, pushFailure} from './build-failure.js';

/** What all images of one build share. */
export interface BuildSite {
  system: System;
  /** A folder of the build's own. */
  work: string;
  /** What images are made of, copied. */
  context: string;
  secrets: Secret[];
  noCache: boolean;
  buildArgs: Record<string, string>;
  /** The Dockerfile's arguments for a model inside; undefined where it is mounted. */
  modelArgs?: Record<string, string>;
}

export interface ImageUnderWay {
  service: ImageService;
  name: string;
  dockerfile: string;
  base: string;
  /** Of the base in its registry; null where it has none, or has not been looked at yet. */
  baseDigest: string | null;
  tags: string[];
  /** null until it is built. */
  id: string | null;
  seconds: number;
}

type Say = (text: string) => void;

const longestMs = 30 * 60_000;
const askMs = 30_000;

/** The version of buildx. Throws TOOL_MISSING. */
export async function requireBuildx({signal}: System): Promise<string> {
  const run = await runProgram(['docker', ['buildx', 'version']], {timeoutMs: askMs, signal});
  if (run?.exitCode === 0) return /v?(\d+\.\d+\.\d+)/.exec(run.stdout)?.[1] ?? run.stdout.trim();
  throw new SutraError('TOOL_MISSING', 'docker has no buildx plugin, which builds the images', {
    cure: 'install the docker-buildx-plugin package (docker-buildx on Debian and Ubuntu)',
  });
}

/**
 * Pulled unless it is here, by its digest where we know one; says which digest is built on. One that is here is used as
 * it is: a mirror's copy or one made on this machine has another digest or none. Throws NETWORK, NO_SPACE.
 */
export async function getBaseImage(
  system: System,
  {docker}: DockerEngine,
  base: string,
  say: Say,
): Promise<string | null> {
  const pinned = pinnedBase(base);
  if ((await registryDigests(docker, base)) === null) {
    const run = await streamed(system, pullCommand(pinned ?? base), withoutWaiting(say));
    if (run.exitCode !== 0) throw pullFailure(base, run.lines);
    if (pinned !== null) await nameImage(system, pinned, base);
  }
  const found = (await registryDigests(docker, base)) ?? [];
  const wanted = pinned?.slice(pinned.indexOf('@') + 1);
  const digest = found.find((one) => one === wanted) ?? found[0] ?? null;
  if (wanted !== undefined && digest !== wanted) {
    say(`${base} was already on this machine as ${digest ?? 'a local image without a digest'}, not ${wanted}`);
  }
  return digest;
}

/** Digests under which registries know an image: none for one that was made here; null where it is not here. */
async function registryDigests(docker: DockerEngine['docker'], image: string): Promise<string[] | null> {
  try {
    const {RepoDigests} = await docker.getImage(image).inspect();
    return (RepoDigests ?? []).map((name) => name.slice(name.indexOf('@') + 1));
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return null;
    throw error;
  }
}

async function nameImage({signal}: System, id: string, tag: string): Promise<void> {
  const run = await runProgram(tagCommand(id, tag), {timeoutMs: askMs, signal});
  if (run?.exitCode === 0) return;
  throw new SutraError('BUILD_FAILED', `${id} could not be tagged ${tag}: ${run?.stderr.trim()}`, {
    cure: `docker tag ${id} ${tag}`,
  });
}

/** Builds the image and notes its id; it has no name yet. Throws what `buildFailure` makes of the output. */
export async function buildImage(site: BuildSite, image: ImageUnderWay, say: Say): Promise<void> {
  const {system, work, secrets, noCache} = site;
  const startMs = system.clock.nowMs();
  const modelArgs = image.service === 'embedder' ? site.modelArgs : undefined;
  const command = buildCommand({
    dockerfile: image.dockerfile,
    target: modelArgs === undefined ? 'service' : 'with-model',
    context: site.context,
    buildArgs: {...modelArgs, ...(image.baseDigest === null ? {} : {BASE_DIGEST: image.baseDigest}), ...site.buildArgs},
    inheritedArgs: proxies.filter((name) => system.env[name]),
    secrets,
    noCache,
    idFile: join(work, `${image.service}.id`),
  });
  const run = await streamed(system, command, once(say));
  if (run.exitCode !== 0) throw buildFailure(image.name, image.base, run.lines);
  image.id = (await readFile(join(work, `${image.service}.id`), 'utf8')).trim();
  image.seconds = Math.round((system.clock.nowMs() - startMs) / 100) / 10;
}

/** What Docker passes to every build that names them, and keeps out of the image's history. */
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/** BuildKit names a step again each time it goes on with it. */
function once(say: Say): Say {
  const said = new Set<string>();
  return (line) => {
    const step = buildStepOf(line);
    if (step === null || said.has(step)) return;
    said.add(step);
    say(step);
  };
}

export async function tagImage(system: System, {id, tags, name}: ImageUnderWay): Promise<void> {
  if (id === null) throw new SutraError('INTERNAL', `${name} was built and has no id`);
  for (const tag of tags) await nameImage(system, id, tag);
}

export async function pushImage(system: System, tag: string, say: Say): Promise<void> {
  const run = await streamed(system, pushCommand(tag), withoutWaiting(say));
  if (run.exitCode !== 0) throw pushFailure(tag, run.lines);
}

/** Docker has several lines for every layer; those that say that it is done are enough. */
function withoutWaiting(say: Say): Say {
  return (line) => {
    if (!/(Preparing|Waiting|Retrying in .*|Pulling fs layer|Verifying Checksum|Download complete)$/.test(line))
      say(line);
  };
}

async function streamed({signal}: System, command: [string, string[]], onLine: Say): Promise<StreamedRun> {
  const run = await streamProgram(command, {onLine, timeoutMs: longestMs, signal});
  if (run !== null) return run;
  throw new SutraError('TOOL_MISSING', 'the program docker is not on the PATH', {
    cure: 'install the docker command line',
  });
}

/** Bytes of all layers. */
export async function imageBytes({docker}: DockerEngine, image: string): Promise<number> {
  return (await docker.getImage(image).inspect()).Size;
}

/** Takes back what was built before the failure, unless it is also the image of an earlier build that has a name. */
export async function removeUnnamed({docker}: DockerEngine, images: ImageUnderWay[]): Promise<void> {
  for (const {id} of images) {
    if (id === null) continue;
    try {
      const image = docker.getImage(id);
      if ((await image.inspect()).RepoTags.length === 0) await image.remove();
    } catch {
      // In use, or gone: the failure that led here is what is to be told.
    }
  }
}

/** The commit of this checkout, as the build argument REVISION; nothing where it is none. */
export async function sourceRevision({signal}: System): Promise<Record<string, string>> {
  const git = ['--git-dir', join(productRoot, '.git'), '--work-tree', productRoot];
  const describe = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude', '*'];
  const run = await runProgram(['git', [...git, ...describe]], {timeoutMs: askMs, signal});
  return run?.exitCode === 0 ? {REVISION: run.stdout.trim()} : {};
}
