import {expect, it} from 'vitest';
import {htmlReport} from '../../src/report/html/html-report.js';
import type {ReportInput, ReportRun} from '../../src/report/html/report-input.js';
import {oneRun, phasesReport} from '../support/sample-report.js';
import {sampleRun} from '../support/sample-run.js';

it('nothing in a report points anywhere else', () => {
  const html = htmlReport(phasesReport());
  expect(html).not.toMatch(/(src|href)\s*=\s*"(?!data:)/);
  expect(html).not.toMatch(/url\(|@import|<script/);
  expect(html).toContain(`default-src 'none'`);
});

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
