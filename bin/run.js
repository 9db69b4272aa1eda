#!/usr/bin/env node
import {execute} from '@oclif/core';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

await execute({dir: import.meta.url});
