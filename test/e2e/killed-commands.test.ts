// needs: haproxy
import {afterAll, beforeAll, expect, test} from 'vitest';
import {killRounds} from '../support/kill-rounds.js';
import {killedCommands} from '../support/killed-commands.js';
import {offsetFlags} from '../support/ports.js';
import {type StackFolder, stackFolder} from '../support/stack.js';

// The small version of test/slow/kill-commands.ts: SIGKILL in the middle of a command, then the same command again.
const place = ['--project', 'killed', ...(await offsetFlags())];
const flags = ['--model', 'all-MiniLM-L6-v2-int8', '--edition', 'community', ...place];

let folder: StackFolder;

beforeAll(() => {
  folder = stackFolder();
});

afterAll(() => folder[Symbol.asyncDispose]());

test.each(['scale', 'deploy', 'destroy'])('%s, killed and given again, ends as it does without', async (name) => {
  const command = killedCommands(flags).find((one) => one.name === name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  // Not in its second half: it may be quicker the next time.
  const {rounds} = await killRounds(folder, command, {moments: 1, seed: Date.now(), share: 0.5});
  expect(rounds).toMatchObject([{tooLate: false, problems: []}]);
});
