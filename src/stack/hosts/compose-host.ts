import {stat} from 'node:fs/promises';
import {artifactOf} from '@sutra/contract/model-entry';
import type Docker from 'dockerode';
import {SutraError} from '../../errors.js';
import {folderOf} from '../../model/model-folder.js';
import {findModel} from '../../model/store.js';
import type {HaproxyVersion} from '../../render/haproxy/site.js';
import type {ComposeHost, ImageChoice} from '../../runtime/compose/compose-host.js';
import type {ImageIds} from '../../runtime/runtime.js';
import {type DockerEngine, isOlder, requireEngine} from '../../system/docker-engine.js';
import {runProgram} from '../../system/process/run-program.js';
import type {System} from '../../system/system.js';
import {type ImageService, imageOf, imageServices} from '../../topology/images.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {HostFacts, WhenMissing} from './host-facts.js';
import {requireModelFolder} from './require-model-folder.js';

/** The first engine whose health checks have an interval of their own while a container starts. */
const startIntervalFrom = '25.0.0';
/** On an image: the digest of the weights inside. */
const bakedLabel = 'dev.sutra.artifact';
/** Who the services are where root deploys them: nobody on the host. */
const unprivileged = '10001:10001';

/**
 * Where on this machine what the plan needs is, for a deployment as for a preview of it. `wanted` are images to run even
 * where their names stand for others now. Throws TOOL_MISSING for an image that was not built, STATE for a model.
 */
export async function composeFacts(
  system: System,
  plan: Plan,
  {wanted, missing}: {wanted: ImageIds; missing: WhenMissing},
): Promise<HostFacts<ComposeHost>> {
  const engine = await requireEngine(system);
  const assumed: string[] = [];
  const note = (text: string) => {
    assumed.push(text);
  };
  const choose = async (service: ImageService): Promise<[ImageService, ImageChoice]> => {
    const reference = imageOf(service, plan.version);
    const found = await choice(engine.docker, reference, wanted[service]);
    if (found !== null) return [service, found];
    if (missing === 'refuse') throw notBuilt(reference);
    note(`the image ${reference} is not built yet`);
    return [service, {reference, id: ''}];
  };
  const images = Object.fromEntries(await Promise.all(imageServices.map(choose))) as Record<ImageService, ImageChoice>;
  const modelFolder = await modelToMount(system, plan, {
    baked: images.embedder.id === '' ? null : await bakedArtifact(engine.docker, images.embedder.id),
    missing,
    note,
  });
  const balancer = images['load-balancer'].id;
  const haproxyVersion = balancer === '' ? null : await haproxyIn(engine.docker, balancer, system.signal);
  if (haproxyVersion === null && plan.loadBalancer !== null) note(`HAProxy in its image is ${versionText}`);
  return {host: {...machine(engine), images, modelFolder, haproxyVersion: haproxyVersion ?? presumedHaproxy}, assumed};
}

/** null where the image has the plan's very weights inside. */
async function modelToMount(
  system: System,
  plan: Plan,
  {baked, missing, note}: {baked: string | null; missing: WhenMissing; note: (text: string) => void},
): Promise<string | null> {
  if (baked === artifactOf(plan.model)) return null;
  if (missing === 'assume') {
    const stored = await findModel(system, plan.modelSource);
    if (stored === null) note(`the model ${plan.modelSource} is not pulled yet`);
    return stored?.folder ?? folderOf(system, plan.model);
  }
  const folder = await requireModelFolder(system, plan);
  await refuseUnreadable(folder);
  return folder;
}

/** Digest of the weights that were baked into an image; null where there are none. */
async function bakedArtifact(docker: Docker, id: string): Promise<string | null> {
  const {Config} = await docker.getImage(id).inspect();
  return Config.Labels?.[bakedLabel] || null;
}

/** Images of this version that the engine does not have. */
export async function missingImages({docker}: DockerEngine, version: string): Promise<ImageService[]> {
  const found = await Promise.all(
    imageServices.map(async (service) => ({service, id: await imageId(docker, imageOf(service, version))})),
  );
  return found.filter(({id}) => id === null).map(({service}) => service);
}

function machine({version}: DockerEngine): Pick<ComposeHost, 'user' | 'startInterval'> {
  const uid = process.getuid?.() ?? 0;
  const user = uid === 0 ? unprivileged : `${uid}:${process.getgid?.() ?? uid}`;
  return {user, startInterval: !isOlder(version, startIntervalFrom)};
}

/** The version whose image is the default. */
const presumedHaproxy = {major: 3, minor: 0};
const versionText = `${presumedHaproxy.major}.${presumedHaproxy.minor}`;

/** By its name, unless that stands for another image than the one wanted. */
async function choice(docker: Docker, reference: string, wanted: string | undefined): Promise<ImageChoice | null> {
  const id = await imageId(docker, reference);
  if (wanted !== undefined && wanted !== id && (await imageId(docker, wanted)) !== null)
    return {reference: wanted, id: wanted};
  return id === null ? null : {reference, id};
}

function notBuilt(reference: string): SutraError {
  return new SutraError('TOOL_MISSING', `the image ${reference} is not on this engine`, {
    cure: ['sutra build', 'or deploy with --runtime process'],
    details: {image: reference},
  });
}

export async function imageId(docker: Docker, reference: string): Promise<string | null> {
  try {
    return (await docker.getImage(reference).inspect()).Id;
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return null;
    throw error;
  }
}

/** Of the source an image was built from; null where it does not say. */
export async function revisionOf(docker: Docker, reference: string): Promise<string | null> {
  const {Config} = await docker.getImage(reference).inspect();
  return Config.Labels?.['org.opencontainers.image.revision'] || null;
}

/** As the official image says it in its environment, else as the program itself says; null where neither does. */
async function haproxyIn(docker: Docker, id: string, signal: AbortSignal): Promise<HaproxyVersion | null> {
  const {Config} = await docker.getImage(id).inspect();
  const text = (Config.Env ?? []).find((line) => line.startsWith('HAPROXY_VERSION='));
  return versionIn(/=(\d+)\.(\d+)/, text ?? '') ?? versionIn(/version (\d+)\.(\d+)/, await saidBy(id, signal));
}

async function saidBy(id: string, signal: AbortSignal): Promise<string> {
  const args = ['run', '--rm', '--network', 'none', '--entrypoint', 'haproxy', id, '-v'];
  return (await runProgram(['docker', args], {timeoutMs: 30_000, signal}))?.stdout ?? '';
}

function versionIn(pattern: RegExp, text: string): HaproxyVersion | null {
  const [, major, minor] = pattern.exec(text) ?? [];
  return major === undefined || minor === undefined ? null : {major: Number(major), minor: Number(minor)};
}

/** Services in containers read the model as another user. */
async function refuseUnreadable(folder: string): Promise<void> {
  const {mode, uid} = await stat(folder);
  const readers = process.getuid?.() === 0 ? 0o005 : uid === process.getuid?.() ? 0o500 : 0o005;
  if ((mode & readers) === readers) return;
  throw new SutraError('PERMISSION', `${folder} cannot be read by the services in their containers`, {
    cure: `chmod -R o+rX ${folder}`,
  });
}
