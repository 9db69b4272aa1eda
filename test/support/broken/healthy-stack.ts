import {cp, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type ModelEntry, modelEntrySchema} from '@sutra/contract/model-entry';
import {registryEntry} from '../../../src/model/registry.js';
import {findModel} from '../../../src/model/store.js';
import type {ProcessSpec} from '../../../src/render/process-spec.js';
import {awaitServersUp} from '../../../src/runtime/await-servers-up.js';
import {type ProcessFiles, processFiles} from '../../../src/runtime/process/process-files.js';
import {processRuntime, writeProcessArtifacts} from '../../../src/runtime/process/process-runtime.js';
import {processStack} from '../../../src/runtime/process/process-stack.js';
import type {Runtime} from '../../../src/runtime/runtime.js';
import {processFacts} from '../../../src/stack/hosts/process-host.js';
import {writeDeployedPlan} from '../../../src/stack/plans/deployed-plan.js';
import {writeCacheSecret} from '../../../src/stack/secrets/write-cache-secret.js';
import {claimStateFolder} from '../../../src/system/folders/folder-mark.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import type {System} from '../../../src/system/system.js';
import {planStack} from '../../../src/topology/plan.js';
import type {Plan} from '../../../src/topology/plan-schema.js';
import {resolveTopology} from '../../../src/topology/settings/resolve.js';
import type {Settings} from '../../../src/topology/settings/settings.js';
import {leaseOffset} from '../ports.js';
import {type StackFolder, stackFolder} from '../stack.js';

/** A stack that passes its checks, and the means to break it. */
export interface HealthyStack extends AsyncDisposable {
  /** `.sutra/` */
  state: string;
  plan: Plan;
  runtime: Runtime;
  system: System;
  /** What runs: a break is a change of it. */
  files: ProcessFiles;
  /** Makes what runs equal to these files; returns when it serves, or does nothing but take this up. */
  reconcile(files: ProcessFiles): Promise<void>;
}

/** The full width and one that is cut from it, as a model with Matryoshka training has them. */
const dimensions = [384, 128];
const settings: Settings = {
  ...{edition: 'community', runtime: 'process', replicas: 2, dimension: 128},
  ...{project: 'broken', portOffset: await leaseOffset()},
};

/** A community stack as processes, of a small model with two dimensions. Its services end at once when they are told to. */
export async function startHealthyStack(): Promise<HealthyStack> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(stackFolder());
  const system: System = {...nodeSystem(AbortSignal.timeout(600_000), folder.path), env: {...process.env}};
  const state = join(folder.path, '.sutra');
  const {model, modelFolder} = await nestedModel(system, folder);
  const plan = planOfModel(model);
  claimStateFolder(state);
  writeDeployedPlan(system, plan);
  await writeCacheSecret(system, plan, {state: 'unset'});
  const {host} = await processFacts(system, plan, 'assume');
  const folders = {state, secretsDigest: '', cacheSecretId: null};
  const {artifacts, specs} = processFiles(plan, {...host, modelFolder}, folders);
  const files = {artifacts, specs: specs.map(withoutDrain)};
  const stack = processStack(system, {stateFolder: state});
  parts.defer(() => stack.down(AbortSignal.timeout(60_000)));
  const reconcile = async (changed: ProcessFiles) => {
    writeProcessArtifacts(state, changed.artifacts);
    await stack.reconcile(changed.specs, {signal: system.signal});
    await awaitServersUp(plan, system);
  };
  await reconcile(files);
  const runtime = processRuntime(system, {stateFolder: state, host: () => Promise.resolve(host)});
  const running = parts.move();
  return {state, plan, runtime, system, files, reconcile, [Symbol.asyncDispose]: () => running.disposeAsync()};
}

function planOfModel(model: ModelEntry): Plan {
  const topology = resolveTopology([{origin: 'test', settings}]);
  return planStack(topology, {version: '0.1.0', model, cores: 2, runtime: 'process', apiKeys: null});
}

function withoutDrain(spec: ProcessSpec): ProcessSpec {
  return 'SUTRA_DRAIN_MS' in spec.env ? {...spec, env: {...spec.env, SUTRA_DRAIN_MS: '0'}} : spec;
}

/** The small model with a second dimension: its vectors were not trained for it, but are cut like those that were. */
async function nestedModel(system: System, folder: StackFolder): Promise<{model: ModelEntry; modelFolder: string}> {
  const name = registryEntry('all-MiniLM-L6-v2-int8').id;
  const pulled = await folder.run(['model', 'pull', name]);
  const found = await findModel(system, name);
  if (found === null) throw new Error(pulled.stderr);
  const modelFolder = join(folder.path, 'nested');
  await cp(found.folder, modelFolder, {recursive: true});
  const entryFile = join(modelFolder, 'sutra-model.json');
  const entry = modelEntrySchema.parse(JSON.parse(await readFile(entryFile, 'utf8')));
  const model = {...entry, dimensions};
  await writeFile(entryFile, JSON.stringify(model));
  return {model, modelFolder};
}
