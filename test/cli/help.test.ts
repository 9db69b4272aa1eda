import {stripVTControlCharacters} from 'node:util';
import {Config} from '@oclif/core';
import {beforeAll, expect, it, vi} from 'vitest';
import SutraHelp from '../../src/cli/help.js';
import {repository} from '../support/stack.js';

let config: Config;

beforeAll(async () => {
  config = await Config.load(repository);
});

/** What a terminal of 80 columns shows. */
async function helpOf(args: string[]): Promise<string[]> {
  const shown: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => shown.push(String(text)) > 0);
  const terminal = {isTTY: process.stdout.isTTY, columns: process.stdout.columns};
  Object.assign(process.stdout, {isTTY: true, columns: 80});
  try {
    await new SutraHelp(config, {maxWidth: 80}).showHelp(args);
  } finally {
    write.mockRestore();
    Object.assign(process.stdout, terminal);
  }
  return stripVTControlCharacters(shown.join('')).split('\n');
}

it('no line of any help is cut within a word at 80 columns', async () => {
  const lines: string[] = [];
  for (const args of [[], ...config.commandIDs.map((id) => [id])]) lines.push(...(await helpOf(args)));
  expect(lines.length).toBeGreaterThan(300);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const choices = (await helpOf(['bench:matrix'])).join('\n');
  expect(choices).toMatch(/<options: phases\| dimensions\| [^>]* batch\|\s/);
});

it('says what a command does once', async () => {
  const text = (await helpOf(['status'])).join('\n').replaceAll(/\s+/g, ' ');
  expect(text.match(/show each service with its address/g)).toHaveLength(1);
});
