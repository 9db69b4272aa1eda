#!/usr/bin/env node
import {keepCompiledCode} from '../dist/cli/compile-cache.js';

// Before the first of the modules that it spares the compiling.
keepCompiledCode();
const {execute, settings} = await import('@oclif/core');

// A reader that has seen enough (`| head`) is no failure, and no pass either: a verdict that is there already counts.
// Before the handler of oclif, which throws.
process.stdout.prependListener('error', (error) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  process.stderr.write(`Error: standard output cannot be written: ${error.message}\n`);
  process.exit(error.code === 'ENOSPC' ? 8 : 9);
});

// Nobody reads the progress any more: the command goes on.
process.stderr.prependListener('error', (error) => {
  if (error.code !== 'EPIPE') process.exit(9);
});

// What was built is what runs, whatever NODE_ENV says.
settings.enableAutoTranspile = false;

await execute({dir: import.meta.url});
