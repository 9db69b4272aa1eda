import {Flags} from '@oclif/core';

/** The same for every command that asks. */
export const yesFlag = {yes: Flags.boolean({char: 'y', description: 'do not ask'})};
