import {ConfigurationError, readEnvironment} from './environment.js';
import {type Service, startService} from './service.js';

const exits = {stopped: 0, failed: 1, misconfigured: 2} as const;

let service: Service | null = null;
let stopping = false;

process.on('SIGTERM', stop);
process.on('SIGINT', stop);

try {
  service = await startService(readEnvironment(process.env), (reason) => {
    fail(exits.failed, `the model cannot be loaded: ${reason}`);
  });
} catch (error) {
  const code = error instanceof ConfigurationError ? exits.misconfigured : exits.failed;
  fail(code, error instanceof Error ? error.message : String(error));
}

/** The first signal drains; a second one ends it at once. Before the service is up there is nothing to drain. */
function stop(): void {
  if (stopping) process.exit(exits.failed);
  if (service === null) process.exit(exits.stopped);
  stopping = true;
  service.drain().then(
    () => process.exit(exits.stopped),
    (error: unknown) => fail(exits.failed, String(error)),
  );
}

function fail(code: number, message: string): never {
  process.stderr.write(`embedder: ${message}\n`);
  process.exit(code);
}
