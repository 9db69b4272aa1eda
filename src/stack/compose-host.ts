import {stat} from 'node:fs/promises';
import type Docker from 'dockerode';
import {SutraError} from '../errors.js';
import {folderOf} from '../model/model-folder.js';
import {findModel} from '../model/store.js';
import type {ComposeHost, ImageChoice} from '../runtime/compose/compose-host.js';
import type {ImageIds} from '../runtime/runtime.js';
import {type DockerEngine, isOlder, requireEngine} from '../system/docker-engine.js';
import type {System} from '../system/system.js';
import {type ImageService, imageOf, imageServices} from '../topology/images.js';
import type {Plan} from '../topology/plan-schema.js';
import {requireModelFolder} from './require-model-folder.js';

/** The first engine whose health checks have an interval of their own while a container starts. */
const startIntervalFrom = '25.0.0';
/** Who the services are where root deploys them: nobody on the host. */
const unprivileged = '10001:10001';

/** Where on this machine what the plan needs is. Throws TOOL_MISSING for an image that was not built, STATE for a model. */
export async function composeHost(system: System, plan: Plan, wanted: ImageIds): Promise<ComposeHost> {
  const engine = await requireEngine(system);
  const modelFolder = await requireModelFolder(system, plan);
  await refuseUnreadable(modelFolder);
  const choose = async (service: ImageService) => [
    service,
    await choice(engine.docker, imageOf(service, plan.version), wanted[service]),
  ];
  const images = Object.fromEntries(await Promise.all(imageServices.map(choose))) as Record<ImageService, ImageChoice>;
  const haproxyVersion = await haproxyIn(engine.docker, images['load-balancer'].id);
  return {...machine(engine), images, modelFolder, haproxyVersion};
}

/** The same, where what is missing is put where it would be: for showing what a deployment would do. */
export async function likelyComposeHost(system: System, plan: Plan): Promise<ComposeHost> {
  const engine = await requireEngine(system);
  const stored = await findModel(system, plan.modelSource);
  const images = Object.fromEntries(
    imageServices.map((service) => [service, {reference: imageOf(service, plan.version), id: ''}]),
  );
  return {
    ...machine(engine),
    images: images as Record<ImageService, ImageChoice>,
    modelFolder: stored?.folder ?? folderOf(system, plan.model),
    haproxyVersion: presumedHaproxy,
  };
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

/** By its name, unless that stands for another image than the one wanted. */
async function choice(docker: Docker, reference: string, wanted: string | undefined): Promise<ImageChoice> {
  const id = await imageId(docker, reference);
  if (wanted !== undefined && wanted !== id && (await imageId(docker, wanted)) !== null)
    return {reference: wanted, id: wanted};
  if (id !== null) return {reference, id};
  throw new SutraError('TOOL_MISSING', `the image ${reference} is not on this engine`, {
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

/** As the official image says it in its environment. */
async function haproxyIn(docker: Docker, id: string): Promise<ComposeHost['haproxyVersion']> {
  const {Config} = await docker.getImage(id).inspect();
  const text = (Config.Env ?? []).find((line) => line.startsWith('HAPROXY_VERSION='));
  const [, major, minor] = /=(\d+)\.(\d+)/.exec(text ?? '') ?? [];
  return major === undefined || minor === undefined ? presumedHaproxy : {major: Number(major), minor: Number(minor)};
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
