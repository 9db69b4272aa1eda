import {availableParallelism} from 'node:os';
import {join, resolve} from 'node:path';
import {apiKeyDigest} from '@sutra/contract/api-keys';
import {SutraError} from '../errors.js';
import {registryEntry} from '../model/registry.js';
import {findModel} from '../model/store.js';
import {readTextIfThere} from '../system/files.js';
import type {System} from '../system/system.js';
import {readCertificate} from '../system/tls-certificate.js';
import {type AskedKeys, apiKeyVariable, keysFingerprint, parseApiKeys} from '../topology/api-keys.js';
import {environmentLayers, type Layer} from '../topology/environment.js';
import {describeIssue, parseSettings, settingsFile} from '../topology/parse-settings.js';
import {planStack} from '../topology/plan.js';
import type {Plan} from '../topology/plan-schema.js';
import {resolveTopology, type Topology} from '../topology/resolve.js';
import {securityNotices} from '../topology/security.js';
import {partialSettingsSchema} from '../topology/settings.js';
import {chooseRuntime} from './choose-runtime.js';
import {productVersion} from './product-version.js';

export interface ResolvedStack {
  topology: Topology;
  plan: Plan;
  /** Why the services run where they will. */
  runtimeReason: string;
  secrets: StackSecrets;
}

/** What a deployment writes for its services and shows nobody. */
export interface StackSecrets {
  /** `unset`: nothing was said of keys. */
  asked: AskedKeys['state'];
  /** Of the API keys; the keys themselves go no further than here. */
  keyDigests: Buffer[];
  /** The operator's own certificate chain and key, as PEM. */
  certificate: string | null;
}

/** What the flags, the environment and sutra.yaml ask for, as a plan. Starts and fetches nothing. */
export async function resolveStack(system: System, flags: Layer[]): Promise<ResolvedStack> {
  const layers = [...(await fileLayers(system)), ...environmentLayers(system.env), ...flags.map(checked)];
  const topology = resolveTopology(layers);
  const name = topology.settings.model;
  const [stored, version, chosen] = await Promise.all([
    findModel(system, name),
    productVersion(),
    chooseRuntime(system, topology),
  ]);
  const model = stored?.entry ?? registryEntry(name);
  refuseOtherVersion(system.env.SUTRA_VERSION, version);
  const asked = parseApiKeys(system.env[apiKeyVariable]);
  const keys = asked.state === 'keys' ? asked.keys : [];
  const plan = planStack(topology, {
    version,
    model,
    cores: availableParallelism(),
    runtime: chosen.runtime,
    apiKeys: keys.length === 0 ? null : keysFingerprint(keys),
  });
  const certificate = await givenCertificate(system, topology);
  return {
    topology: {...topology, notices: [...topology.notices, ...securityNotices(plan)]},
    plan,
    runtimeReason: chosen.reason,
    secrets: {asked: asked.state, keyDigests: keys.map(apiKeyDigest), certificate},
  };
}

async function givenCertificate({cwd, clock}: System, {settings, origins}: Topology): Promise<string | null> {
  const {tls} = settings;
  if (tls === 'off' || tls === 'generated') return null;
  const path = resolve(cwd, tls);
  const text = await readTextIfThere(path);
  if (text !== null) return readCertificate(text, path, clock.nowMs()).pem;
  throw new SutraError('USAGE', `${origins.tls}: there is no file ${path}`, {
    cure: 'name a PEM file with the certificate chain and its key, or say generated',
  });
}

async function fileLayers({cwd}: System): Promise<Layer[]> {
  const path = join(cwd, settingsFile);
  const text = await readTextIfThere(path);
  return text === null ? [] : [{origin: settingsFile, settings: parseSettings(text, path)}];
}

function checked({origin, settings}: Layer): Layer {
  const result = partialSettingsSchema.safeParse(settings);
  if (result.success) return {origin, settings};
  const problems = result.error.issues.map((issue) => describeIssue({...issue, path: []}));
  throw new SutraError('USAGE', `${origin}: ${problems.join('; ')}`);
}

/** Processes run the code that is here; another version of it is another checkout or, with containers, another image. */
function refuseOtherVersion(wanted: string | undefined, version: string): void {
  if (wanted === undefined || wanted === '' || wanted === version) return;
  throw new SutraError(
    'USAGE',
    `SUTRA_VERSION=${wanted}: this is version ${version}, and processes run the code that is here`,
    {
      cure: `unset SUTRA_VERSION, or run sutra ${wanted}`,
    },
  );
}
