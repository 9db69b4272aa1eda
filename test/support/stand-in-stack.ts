import {join} from 'node:path';
import {awaitServersUp} from '../../src/runtime/await-servers-up.js';
import {processFiles} from '../../src/runtime/process/process-files.js';
import {writeProcessArtifacts} from '../../src/runtime/process/process-runtime.js';
import {processStack} from '../../src/runtime/process/process-stack.js';
import {processFacts} from '../../src/stack/hosts/process-host.js';
import {writeCacheSecret} from '../../src/stack/secrets/write-cache-secret.js';
import {claimStateFolder} from '../../src/system/folders/folder-mark.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {placeOnHost} from '../../src/topology/place.js';
import type {Plan} from '../../src/topology/plan-schema.js';
import type {Settings} from '../../src/topology/settings/settings.js';
import type {FakeModels} from '../templates/embedder/support/fake-models.js';
import {planOf} from './plans.js';
import {stackFolder} from './stack.js';
import {type ServiceTime, startStandIn} from './stand-in-models.js';

export interface StandInStack extends AsyncDisposable {
  plan: Plan;
  /** Of the public API. */
  url: string;
  /** In the order of their names. Disposing of one is its crash: connections break, and new ones are refused. */
  models: FakeModels[];
}

/**
 * What `sutra deploy` would run for these settings, with stand-ins of a fixed service time at the models' ports: the API
 * replicas, the cache shard and HAProxy with its rendered configuration are the real ones.
 */
export async function standInStack(settings: Settings, time: ServiceTime): Promise<StandInStack> {
  await using parts = new AsyncDisposableStack();
  const plan = planOf({model: 'all-MiniLM-L6-v2', ...settings});
  const folder = parts.use(stackFolder());
  const stateFolder = join(folder.path, '.sutra');
  const system = {...nodeSystem(AbortSignal.timeout(60_000)), cwd: folder.path};
  const models: FakeModels[] = [];
  for (const {service, port} of placeOnHost(plan)) {
    if (service.role === 'model') models.push(parts.use(await startStandIn(time, port)));
  }
  claimStateFolder(stateFolder);
  await writeCacheSecret(system, plan, {state: 'unset'});
  const {host} = await processFacts(system, plan, 'assume');
  const {artifacts, specs} = processFiles(plan, host, {state: stateFolder, secretsDigest: '', cacheSecretId: null});
  writeProcessArtifacts(stateFolder, artifacts);
  const stack = processStack(system, {stateFolder});
  parts.defer(() => stack.down(AbortSignal.timeout(30_000)));
  await stack.reconcile(
    specs.filter(({role}) => role !== 'model'),
    {signal: system.signal},
  );
  await awaitServersUp(plan, system);
  const running = parts.move();
  return {plan, url: plan.urls.api, models, [Symbol.asyncDispose]: () => running.disposeAsync()};
}
