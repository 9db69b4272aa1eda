#!/usr/bin/env node
import {execute, settings} from '@oclif/core';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// What was built is what runs, whatever NODE_ENV says.
settings.enableAutoTranspile = false;

await execute({dir: import.meta.url});
