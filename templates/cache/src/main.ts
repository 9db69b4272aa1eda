import {flushCompileCache} from 'node:module';
import {ConfigurationError, readEnvironment} from './environment.js';
import {type Shard, startShard} from './shard.js';

const exits = {stopped: 0, failed: 1, misconfigured: 2} as const;

let shard: Shard | null = null;
let stopping = false;

process.on('SIGTERM', stop);
process.on('SIGINT', stop);

try {
  shard = await startShard(readEnvironment(process.env), (error) => fail(exits.failed, error.message));
  // Where NODE_COMPILE_CACHE is set, also of a service that will not end well.
  flushCompileCache();
  if (stopping) drain(shard);
} catch (error) {
  const code = error instanceof ConfigurationError ? exits.misconfigured : exits.failed;
  fail(code, error instanceof Error ? error.message : String(error));
}

/** The first signal finishes what was asked and closes the file. A second one ends it at once. */
function stop(): void {
  if (stopping) process.kill(process.pid, 'SIGKILL');
  stopping = true;
  if (shard !== null) drain(shard);
}

function drain(running: Shard): void {
  running.drain().then(
    () => process.exit(exits.stopped),
    (error: unknown) => fail(exits.failed, String(error)),
  );
}

function fail(code: number, message: string): never {
  process.stderr.write(`cache shard: ${message}\n`);
  process.exit(code);
}
