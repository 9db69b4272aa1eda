import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export interface Shot {
  png: Buffer;
  /** What the page said on its console: errors, and whatever its security policy refused to fetch. */
  console: string[];
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--enable-logging=stderr',
];

/** A page as headless Chromium draws it. Throws where there is no Chromium: what nobody looked at is not good. */
export async function screenshot(
  path: string,
  {width, height, dark = false}: {width: number; height: number; dark?: boolean},
): Promise<Shot> {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-chromium-'));
  const image = join(folder, 'shot.png');
  const args = [
    ...flags,
    `--user-data-dir=${join(folder, 'profile')}`,
    `--window-size=${width},${height}`,
    `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
    `--screenshot=${image}`,
    `file://${path}`,
  ];
  try {
    const {stderr} = await run(chromium(), args, {timeout: 60_000, maxBuffer: 2 ** 24});
    return {png: await readFile(image), console: stderr.split('\n').filter((line) => line.includes(':CONSOLE'))};
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 5});
  }
}

/** What a page is after its scripts have run, as HTML. */
export async function dumpedPage(path: string, {dark = false}: {dark?: boolean}): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'sutra-chromium-'));
  const scheme = `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`;
  const args = [
    ...flags,
    `--user-data-dir=${profile}`,
    '--window-size=1400,900',
    scheme,
    '--dump-dom',
    `file://${path}`,
  ];
  try {
    return (await run(chromium(), args, {timeout: 60_000, maxBuffer: 2 ** 26})).stdout;
  } finally {
    await rm(profile, {recursive: true, force: true, maxRetries: 5});
  }
}

function chromium(): string {
  const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = places.find((place) => place !== undefined && existsSync(place));
  if (found !== undefined) return found;
  throw new Error('no Chromium to look at the report with: apt-get install chromium, or set CHROMIUM to its path');
}
