import {Flags} from '@oclif/core';

/** `--yes`, the same for every command that asks for confirmation. */
export const yesFlag = {yes: Flags.boolean({char: 'y', description: 'skip confirmation'})};
