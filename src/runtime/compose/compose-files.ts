import type {Artifact} from '../../render/artifact.js';
import {composeServices, renderCompose} from '../../render/compose/compose.js';
import {labels} from '../../render/compose/service-definition.js';
import type {ComposeSite} from '../../render/compose/site.js';
import {haproxyFolder} from '../../render/haproxy/haproxy.js';
import {imageServices} from '../../topology/images.js';
import type {Plan} from '../../topology/plan-schema.js';
import {writeArtifacts} from '../write-artifacts.js';
import type {ComposeHost} from './compose-host.js';
import type {WantedContainer} from './rollout.js';

export interface ComposeFiles {
  artifacts: Artifact[];
  wanted: WantedContainer[];
}

export interface ComposeFolders {
  stateFolder: string;
  /** Of the files in `secrets/` as they are now. */
  secretsDigest: string;
  /** Names the secret of the cache shard; null: none is deployed (yet). */
  cacheSecretId: string | null;
}

/** Everything the compose runtime writes and starts for a plan. */
export function composeFiles(plan: Plan, host: ComposeHost, folders: ComposeFolders): ComposeFiles {
  const site = {...siteOf(host), ...folders};
  const idOf = new Map(Object.values(host.images).map(({reference, id}) => [reference, id]));
  const wanted = composeServices(plan, site).map(([name, definition]): WantedContainer => {
    const labelled = definition.labels as Record<string, string>;
    return {
      name,
      definition: labelled[labels.definition] ?? '',
      imageId: idOf.get(String(definition.image)) ?? '',
      artifact: labelled[labels.artifact] ?? null,
      leansOn: 'ML_BASE_URL' in ((definition.environment ?? {}) as object),
      hostPorts: ((definition.ports ?? []) as string[]).map((port) => Number(port.split(':').at(-2))),
    };
  });
  return {artifacts: renderCompose(plan, site), wanted};
}

/** Of the load balancer's configuration, as HAProxy itself says it; null where there is none. */
export function configDigestOf(artifacts: Artifact[]): string | null {
  const config = artifacts.find(({path}) => path.startsWith(haproxyFolder));
  return config === undefined ? null : (/"digest":"([0-9a-f]+)"/.exec(config.text)?.[1] ?? null);
}

function siteOf({images, ...host}: ComposeHost): Omit<ComposeSite, keyof ComposeFolders> {
  const references = Object.fromEntries(imageServices.map((service) => [service, images[service].reference]));
  return {...host, images: references as ComposeSite['images']};
}

/** Containers read these folders as another user. */
export function writeComposeFiles(stateFolder: string, artifacts: Artifact[]): void {
  writeArtifacts(stateFolder, artifacts, 0o755);
}
