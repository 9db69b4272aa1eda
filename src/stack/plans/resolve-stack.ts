import {availableParallelism} from 'node:os';
import {resolve} from 'node:path';
import {apiKeyDigest, type KnownKey} from '@sutra/contract/api-keys';
import {SutraError} from '../../errors.js';
import {registryEntry} from '../../model/registry.js';
import {findModel} from '../../model/store.js';
import type {ImageIds} from '../../runtime/runtime.js';
import {readTextFile, writtenByHand} from '../../system/files/regular-file.js';
import {productVersion} from '../../system/product-version.js';
import type {System} from '../../system/system.js';
import {tokenKeyOf} from '../../system/tls/access-token.js';
import {readCertificate} from '../../system/tls/tls-certificate.js';
import {
  type AskedKeys,
  apiKeyVariable,
  keysFingerprint,
  parseApiKeys,
  refuseTokensAsKeys,
} from '../../topology/api-keys.js';
import {planStack} from '../../topology/plan.js';
import type {Plan, RuntimeName} from '../../topology/plan-schema.js';
import {securityNotices} from '../../topology/security.js';
import {describeIssue} from '../../topology/settings/describe-issue.js';
import {environmentLayers, type Layer} from '../../topology/settings/environment.js';
import {resolveTopology, type Topology} from '../../topology/settings/resolve.js';
import {partialSettingsSchema} from '../../topology/settings/settings.js';
import {runtimeTraits} from '../../topology/traits/runtime-traits.js';
import {chooseRuntime} from '../hosts/choose-runtime.js';
import {fileLayers} from './settings-file.js';

export interface ResolvedStack {
  topology: Topology;
  plan: Plan;
  /** Images to run even where their names stand for others now: those of an earlier deployment. */
  images?: ImageIds;
  /** Why the services run where they will. */
  runtimeReason: string;
  secrets: StackSecrets;
}

/** What a deployment writes for its services and shows nobody. */
export interface StackSecrets {
  /** `unset`: nothing was said of keys. */
  asked: AskedKeys['state'];
  /** What services may know of the API keys; the keys themselves go no further than here. */
  knownKeys: KnownKey[];
  /** The operator's own certificate chain and key, as PEM. */
  certificate: string | null;
}

/** What the flags, the environment and sutra.yaml ask for, as a plan. Starts and fetches nothing. */
export async function resolveStack(system: System, flags: Layer[]): Promise<ResolvedStack> {
  return await resolveLayers(system, [...fileLayers(system), ...environmentLayers(system.env), ...flags.map(checked)]);
}

/** The same from layers alone: what the environment and sutra.yaml say now has no part in it. */
export async function resolveLayers(system: System, layers: Layer[]): Promise<ResolvedStack> {
  const topology = resolveTopology(layers);
  const name = topology.settings.model;
  const [stored, version, chosen] = await Promise.all([
    findModel(system, name),
    productVersion(),
    chooseRuntime(system, topology),
  ]);
  const model = stored?.entry ?? registryEntry(name);
  const {fingerprint, secrets} = secretsOfNow(system, topology);
  const plan = planStack(topology, {
    version: versionOf(chosen.runtime, system.env.SUTRA_VERSION, version),
    model,
    cores: availableParallelism(),
    runtime: chosen.runtime,
    apiKeys: fingerprint ?? null,
  });
  return {
    topology: {...topology, notices: [...topology.notices, ...securityNotices(plan)]},
    plan,
    runtimeReason: chosen.reason,
    secrets,
  };
}

/** What the environment says of keys, and the certificate that the settings name. `undefined`: nothing is said of keys. */
export function secretsOfNow(
  system: System,
  topology: Topology,
): {fingerprint: string | null | undefined; secrets: StackSecrets} {
  const asked = parseApiKeys(system.env[apiKeyVariable]);
  const keys = asked.state === 'keys' ? asked.keys : [];
  const fingerprint = asked.state === 'keys' ? keysFingerprint(asked.keys) : asked.state === 'off' ? null : undefined;
  const certificate = givenCertificate(system, topology);
  refuseTokensAsKeys(keys);
  const knownKeys = keys.map((key) => ({digest: apiKeyDigest(key), tokenKey: tokenKeyOf(key).publicKey}));
  return {fingerprint, secrets: {asked: asked.state, knownKeys, certificate}};
}

function givenCertificate({cwd, clock}: System, {settings, origins}: Topology): string | null {
  const {tls} = settings;
  if (tls === 'off' || tls === 'generated') return null;
  const path = resolve(cwd, tls);
  const text = readTextFile(path, writtenByHand);
  if (text !== null) return readCertificate(text, path, clock.nowMs()).pem;
  throw new SutraError('USAGE', `${origins.tls}: there is no file ${path}`, {
    cure: 'name a PEM file with the certificate chain and its key, or pass --tls: a certificate is generated',
  });
}

function checked({origin, settings}: Layer): Layer {
  const result = partialSettingsSchema.safeParse(settings);
  if (result.success) return {origin, settings};
  const problems = result.error.issues.map((issue) => describeIssue({...issue, path: []}));
  throw new SutraError('USAGE', `${origin}: ${problems.join('; ')}`);
}

/** Containers run the images of the version that SUTRA_VERSION names. Processes run the code that is here: another is refused. */
function versionOf(runtime: RuntimeName, wanted: string | undefined, version: string): string {
  if (wanted === undefined || wanted === '' || wanted === version) return version;
  if (runtimeTraits[runtime].usesImages) return imageTag(wanted);
  throw new SutraError(
    'USAGE',
    `SUTRA_VERSION=${wanted}: this is version ${version}, and as processes only this version can run`,
    {
      cure: `unset SUTRA_VERSION, or run sutra ${wanted}`,
    },
  );
}

function imageTag(text: string): string {
  if (/^[\w][\w.-]{0,127}$/.test(text)) return text;
  throw new SutraError('USAGE', `SUTRA_VERSION=${text}: is not a valid image tag`, {
    cure: 'set it to a version that was built, or unset it',
  });
}
