// needs: chromium
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {htmlReport} from '../../src/report/html/html-report.js';
import {screenshot} from '../support/chromium.js';
import {layoutOf} from '../support/page-layout.js';
import {pngPixels} from '../support/png-pixels.js';
import {oneRun, phasesReport} from '../support/sample-report.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-report-'));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

const shoot = async (name: string, html: string, dark: boolean) => {
  const path = join(folder, name);
  await writeFile(path, html);
  return await screenshot(path, {width: 1_200, height: 3_600, dark});
};

it('a report opens in Chromium without a word on the console and without a request, light and dark', async () => {
  for (const dark of [false, true]) {
    const {png, console: said} = await shoot('phases.html', htmlReport(phasesReport()), dark);
    expect(said).toEqual([]);
    const {colours} = pngPixels(png);
    const [paper, lines] = dark
      ? ['#14171a', ['#74a9ff', '#ffa552', '#4fcfab', '#be97f5']]
      : ['#fdfdfc', ['#1f5fbf', '#d1690e', '#18876b', '#7b4bb5']];
    expect(colours.get(paper)).toBeGreaterThan(2_000_000);
    for (const line of lines) expect(colours.get(line), `pixels of ${line}`).toBeGreaterThan(300);
  }
}, 120_000);

it('errors stand out in a report of one run', async () => {
  const {png, console: said} = await shoot('one.html', htmlReport(oneRun), false);
  expect(said).toEqual([]);
  // A bar is three quarters of the colour of a failure.
  const red = [...pngPixels(png).colours].filter(([colour]) => /^#c[5-9a-f]5|^#c[5-9a-f][4-6]/.test(colour));
  expect(red.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(300);
}, 60_000);

it('Chromium does say when a page wants something from the network', async () => {
  const html = htmlReport(oneRun).replace('</main>', '<img src="http://127.0.0.1:6498/x.png" alt=""></main>');
  const {console: said} = await shoot('reaching.html', html, false);
  expect(said.join()).toContain('Content Security Policy');
}, 60_000);

it.each([
  {width: 400, dark: false},
  {width: 400, dark: true},
  {width: 700, dark: false},
  {width: 1_000, dark: false},
  {width: 1_200, dark: false},
  {width: 1_200, dark: true},
])(
  'at $width px (dark: $dark) nothing scrolls sideways, and every p99 can be read',
  async ({width, dark}) => {
    const report = phasesReport();
    const seen = await layoutOf(htmlReport(report), {width, dark, cells: 'p99'});
    expect(seen.paper).toBe(dark ? 'rgb(20, 23, 26)' : 'rgb(253, 253, 252)');
    expect(seen.wide).toEqual([]);
    // One of each run, and one of each option.
    const runs = report.series.flatMap((each) => each.runs).length;
    expect(seen.cells).toHaveLength(runs + (report.matrix?.rows.length ?? Number.NaN));
    for (const {text, left, right, height} of seen.cells) {
      expect(text).toMatch(/\d/);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(width);
      expect(height).toBeGreaterThan(10);
    }
    expect(seen.smallestText).toBeGreaterThanOrEqual(9);
  },
  60_000,
);

it('a long name wraps on a telephone: all of it can be seen', async () => {
  const inkOf = async (name: string) => {
    const path = join(folder, 'narrow.html');
    await writeFile(
      path,
      htmlReport({...phasesReport(), title: name, reason: '', series: [], matrix: null, claims: []}),
    );
    const {colours} = pngPixels((await screenshot(path, {width: 500, height: 900})).png);
    return colours.get('#1d2126') ?? Number.NaN;
  };
  const words = await inkOf(Array.from({length: 12}, () => 'e'.repeat(8)).join(' '));
  expect((await inkOf('e'.repeat(96))) / words).toBeGreaterThan(0.9);
});
