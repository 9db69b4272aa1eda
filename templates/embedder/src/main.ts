import {flushCompileCache} from 'node:module';
import {ConfigurationError, readEnvironment} from './environment.js';
import {type Service, startService} from './service.js';

// The inference runtime reports its use to its maker unless told not to, before it is loaded in the worker.
process.env.ORT_DISABLE_TELEMETRY = '1';

const exits = {stopped: 0, failed: 1, misconfigured: 2} as const;

let service: Service | null = null;
let stopping = false;

process.on('SIGTERM', stop);
process.on('SIGINT', stop);

try {
  service = await startService(readEnvironment(process.env), (reason) => {
    fail(exits.failed, `the model cannot be loaded: ${reason}`);
  });
  // Where NODE_COMPILE_CACHE is set, also of a service that will not end well.
  flushCompileCache();
  if (stopping) drain(service);
} catch (error) {
  const code = error instanceof ConfigurationError ? exits.misconfigured : exits.failed;
  fail(code, error instanceof Error ? error.message : String(error));
}

/** The first signal drains. A second one ends it at once, in the middle of a run too, which only SIGKILL can. */
function stop(): void {
  if (stopping) process.kill(process.pid, 'SIGKILL');
  stopping = true;
  if (service !== null) drain(service);
}

function drain(running: Service): void {
  running.drain().then(
    () => process.exit(exits.stopped),
    (error: unknown) => fail(exits.failed, String(error)),
  );
}

function fail(code: number, message: string): never {
  process.stderr.write(`embedder: ${message}\n`);
  process.exit(code);
}
