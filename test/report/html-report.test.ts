// needs: chromium
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {judgeClaims} from '../../src/decision/claim.js';
import {optionSets} from '../../src/experiment/bench/option-sets.js';
import {optionsMatrix} from '../../src/experiment/bench/options-matrix.js';
import {htmlReport} from '../../src/report/html/html-report.js';
import type {ReportInput, ReportRun} from '../../src/report/html/report-input.js';
import {screenshot} from '../support/chromium.js';
import {layoutOf} from '../support/page-layout.js';
import {pngPixels} from '../support/png-pixels.js';
import {sampleRun} from '../support/sample-run.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-report-'));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

/** A report with everything in it: the documents' phases, ten repeats each. */
function phasesReport(): ReportInput {
  const {options, claims} = optionSets.phases;
  const medians = [41, 40.6, 12, 9.6];
  const attempts = options.flatMap((option, index) =>
    Array.from({length: 10}, (_, round) => {
      const medianMs = (medians[index] ?? 1) * (1 + 0.02 * Math.sin(7 * round + index));
      const run = sampleRun({seed: round * 10 + index, medianMs, perSecond: 40 + round, seconds: 20});
      return {option, round, run, failure: ''};
    }),
  );
  const matrix = optionsMatrix(optionSets.phases, attempts);
  const series = options.map(({id}) => ({
    label: id,
    runs: attempts.filter(({option}) => option.id === id).map(({run}) => run),
  }));
  const facts = [['commit', 'eb838df20f1c']] as const;
  const {verdict, reason} = matrix;
  return {
    title: 'The documents’ phases',
    verdict,
    reason,
    facts,
    thresholds: [],
    series,
    matrix,
    claims: judgeClaims(claims, matrix),
  };
}

const oneRun: ReportInput = {
  title: 'http://127.0.0.1:8888/embed',
  verdict: 'fail',
  reason: '15 of 3,000 requests failed',
  facts: [],
  thresholds: [],
  series: [{label: 'run', runs: [sampleRun({seed: 5, medianMs: 12, perSecond: 100, seconds: 30, failing: [14]})]}],
  matrix: null,
  claims: [],
};

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

it('nothing in a report points anywhere else', () => {
  const html = htmlReport(phasesReport());
  expect(html).not.toMatch(/(src|href)\s*=\s*"(?!data:)/);
  expect(html).not.toMatch(/url\(|@import|<script/);
  expect(html).toContain(`default-src 'none'`);
});

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

it('what comes from outside is text, never markup', () => {
  const evil = '<img src=x onerror=alert(1)>"\'&';
  const [first] = oneRun.series;
  const run = {
    ...sampleRun({seed: 1, medianMs: 5, perSecond: 20, seconds: 3, failing: [1]}),
    target: evil,
    workload: evil,
  };
  const input: ReportInput = {
    ...phasesReport(),
    title: evil,
    reason: evil,
    facts: [[evil, evil]],
    series: [
      {label: evil, runs: [{...run, verdict: 'unknown', reason: evil, errors: {total: 2, byKind: {[evil]: 2}}}]},
      ...(first === undefined ? [] : [first]),
    ],
    claims: [
      {
        option: evil,
        criterion: evil,
        printed: evil,
        measured: evil,
        word: 'holds',
        value: 1,
        of: 'value',
        source: evil,
        remark: evil,
      },
    ],
  };
  const html = htmlReport(input);
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
});

it('each plot has a title and a description, and its axis begins at zero', () => {
  const html = htmlReport(phasesReport());
  const plots = html.split('<svg').slice(1);
  expect(plots.length).toBeGreaterThanOrEqual(3);
  for (const svg of plots) {
    expect(svg).toMatch(/role="img" aria-labelledby="([\w-]+)-title \1-desc"/);
    expect(svg).toMatch(/<title id="[\w-]+">[^<]+<\/title><desc id="[\w-]+">[^<]+<\/desc>/);
    expect(svg).toMatch(/<text class="tick end"[^>]*>0<\/text>/);
  }
});

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

const pageOf = (run: ReturnType<typeof sampleRun>) =>
  htmlReport({...phasesReport(), matrix: null, claims: [], series: [{label: 'now', runs: [run]}]});

it('a second with none beside it is a dot, since it makes no line', () => {
  const run = sampleRun({seed: 1, medianMs: 10, perSecond: 50, seconds: 4});
  const seconds = run.seconds.map((each) => (each.atSecond === 1 ? {...each, p50: null, p99: null} : each));
  const page = pageOf({...run, seconds});
  expect(/id="time-0-title"[\s\S]*?<\/svg>/.exec(page)?.[0]).toContain('<circle');
});

it('nothing is plotted over time of a run of one second, and nothing at all of one answer', () => {
  const run = sampleRun({seed: 1, medianMs: 10, perSecond: 50, seconds: 1});
  expect(pageOf(run)).not.toContain('id="time-0-title"');
  expect(pageOf(run)).toContain('no run lasted two seconds');
  expect(pageOf({...run, requests: 1})).not.toContain('<svg');
});

it('the second in which a run ends is no fall of its rate', () => {
  const run = sampleRun({seed: 1, medianMs: 10, perSecond: 50, seconds: 4});
  const tail = {atSecond: 4, requests: 1, errors: 0, p50: 9, p99: 9, max: 9};
  const pages = [run.seconds, [...run.seconds, tail]].map((seconds) => {
    const series = [{label: 'now', runs: [{...run, seconds}]}];
    return htmlReport({...phasesReport(), matrix: null, claims: [], series});
  });
  const linesOf = (page: string) =>
    /id="rate-0-title"[\s\S]*?<path class="line[^"]*" d="([^"]*)"/.exec(page)?.[1]?.split('L');
  expect(linesOf(pages[0] ?? '')).toHaveLength(4);
  expect(linesOf(pages[1] ?? '')).toHaveLength(4);
});

it('a run that nobody answered is a report without plots', () => {
  const run = sampleRun({seed: 1, medianMs: 5, perSecond: 20, seconds: 3});
  const none = {p50: null, p95: null, p99: null, p999: null, max: null};
  const dead = {
    ...run,
    distribution: [],
    latencyMs: none,
    errors: {total: run.requests, byKind: {'connect-refused': run.requests}},
  };
  const html = htmlReport({...oneRun, series: [{label: 'now', runs: [dead]}]});
  expect(html).toContain('nothing to plot');
  expect(html).toContain('60 connect-refused');
  expect(html).not.toContain('NaN');
});

it('what had to hold is told, drawn across the plots, and left out of them where it is far above', () => {
  const thresholds = [
    {threshold: 'p99<30ms', measured: 41, verdict: 'fail' as const},
    {threshold: 'p50<5s', measured: 12, verdict: 'pass' as const},
    {threshold: 'errors<1%', measured: 0.005, verdict: 'pass' as const},
  ];
  const html = htmlReport({...oneRun, thresholds});
  expect(html).toMatch(/<h2>Thresholds<\/h2>[\s\S]*p99&lt;30ms[\s\S]*41 ms[\s\S]*✖ fail/);
  // In the plot by percentile and in that over time, each drawn for a wide and for a narrow screen.
  expect(html.match(/<text class="limit"[^>]*>p99&lt;30ms<\/text>/g)).toHaveLength(4);
  expect(html.match(/<line class="limit"/g)).toHaveLength(4);
  expect(html).toContain('Far above the plot: p50&lt;5s.');
  expect(htmlReport(oneRun)).not.toContain('class="limit"');
});

it('each run has its p99.9, its service time and the generator’s verdict', () => {
  const late = {...oneRun.series[0]?.runs[0], verdict: 'unknown', reason: 'the generator was late'};
  const series = [{label: 'run', runs: [...(oneRun.series[0]?.runs ?? []), late as ReportRun]}];
  const [, runs = ''] = htmlReport({...oneRun, series}).split('<h2>Runs</h2>');
  for (const head of ['p99.9', 'service p50', 'service p99', 'generator late, p99'])
    expect(runs).toContain(`>${head}<`.slice(0, -1));
  expect(runs).toContain('title="the generator kept its schedule">0.21<small>ok</small></td>');
  expect(runs).toContain('title="the generator was late">0.21<small class="unknown">unknown</small></td>');
});
