import {type ImageService, imageOf} from '../topology/images.js';

export type Command = [program: string, args: string[]];

/** One image to be built. Paths are absolute; what is in `secrets` is in no layer afterwards. */
export interface ImageBuild {
  dockerfile: string;
  target: string;
  context: string;
  buildArgs: Record<string, string>;
  /** Variables whose value `docker` takes from its own environment: proxies, which may hold a password. */
  inheritedArgs: string[];
  secrets: {id: string; path: string}[];
  noCache: boolean;
  /** Where the id of the image is written. It has no name until it is tagged. */
  idFile: string;
}

/** `--load` matters where the builder is not the engine itself. */
export function buildCommand(build: ImageBuild): Command {
  const {dockerfile, target, context, buildArgs, inheritedArgs, secrets, noCache, idFile} = build;
  return [
    'docker',
    [
      ...['buildx', 'build', '--load', '--progress', 'plain', '--file', dockerfile, '--target', target],
      ...['--iidfile', idFile],
      ...(noCache ? ['--no-cache'] : []),
      ...secrets.flatMap(({id, path}) => ['--secret', `id=${id},src=${path}`]),
      ...inheritedArgs.flatMap((name) => ['--build-arg', name]),
      ...Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      context,
    ],
  ];
}

export function pullCommand(image: string): Command {
  return ['docker', ['pull', image]];
}

export function tagCommand(id: string, tag: string): Command {
  return ['docker', ['tag', id, tag]];
}

export function pushCommand(tag: string): Command {
  return ['docker', ['push', tag]];
}

/** The names an image gets: the version and `latest` here, and the same again for the registry it is pushed to. */
export function imageTags(service: ImageService, version: string, registry: string | null): string[] {
  const local = [imageOf(service, version), imageOf(service, 'latest')];
  return registry === null ? local : [...local, ...local.map((tag) => inRegistry(tag, registry))];
}

export function inRegistry(tag: string, registry: string): string {
  return `${registry.replace(/\/+$/, '')}/${tag}`;
}

export const dockerfiles: Record<ImageService, string> = {
  embedder: 'templates/embedder/Dockerfile',
  cache: 'templates/cache/Dockerfile',
  'load-balancer': 'haproxy/Dockerfile',
};

/** The image a Dockerfile builds on: its first `ARG …_IMAGE=…`, unless a build argument says another. */
export function baseImageOf(dockerfile: string, buildArgs: Record<string, string>): string | null {
  const [, name, value] = /^ARG (\w+_IMAGE)=(\S+)$/m.exec(dockerfile) ?? [];
  return name === undefined ? null : (buildArgs[name] ?? value ?? null);
}

/**
 * What the tags of base images stood for when this version was made: the digest of the index of all platforms. A tag
 * without one is pulled as what it stands for that day.
 */
const baseDigests: Readonly<Record<string, string>> = {
  'node:24-trixie-slim': 'sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe',
};

/** A base image by its digest, where that is known: `node@sha256:…`. */
export function pinnedBase(base: string): string | null {
  const digest = baseDigests[base];
  return digest === undefined ? null : `${base.slice(0, base.lastIndexOf(':'))}@${digest}`;
}

/** The command BuildKit begins, out of a line of its plain progress: `[compiled 5/5] tsc …`; null for all other lines. */
export function buildStepOf(line: string): string | null {
  const [, stage, command] = /^#\d+ (\[[^\]]+\]) RUN (.+)$/.exec(line) ?? [];
  if (stage === undefined || command === undefined) return null;
  // What mounts and trusts comes before what is done.
  const done = command.replaceAll(/--mount=\S+\s+/g, '').replace(/^if .*? fi;/, '');
  const text = `${stage} ${done.trim().replaceAll(/\s+/g, ' ')}`;
  return text.length > longestStep ? `${text.slice(0, longestStep - 1)}…` : text;
}

const longestStep = 100;
