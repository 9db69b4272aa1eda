import {shortNumber} from '../../decision/short-number.js';
import {escapeHtml} from './escape.js';
import type {ReportRun, ReportSeries} from './report-input.js';

const heads = [
  'run',
  'offered <small>/s</small>',
  'answered <small>/s</small>',
  'requests',
  'p50 <small>ms</small>',
  'p95 <small>ms</small>',
  'p99 <small>ms</small>',
  'p99.9 <small>ms</small>',
  'max <small>ms</small>',
  'service p50 <small>ms</small>',
  'service p99 <small>ms</small>',
  'failed',
  'generator late, p99 <small>ms, verdict</small>',
];

/** Every run as it was recorded: what the figures above are made of. */
export function runsSection(series: readonly ReportSeries[]): string {
  const rows = series.flatMap(({label, runs}) =>
    runs.map((run, index) => runRow(runs.length === 1 ? label : `${label} ${index + 1}`, run)),
  );
  const loads = [...new Set(series.flatMap(({runs}) => runs.map(loadOf)))];
  return [
    '<section><h2>Runs</h2>',
    `<p class="note">${escapeHtml(loads.join('; '))}</p>`,
    `<div class="wide"><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody></table></div></section>`,
  ].join('\n');
}

function runRow(name: string, run: ReportRun): string {
  const {latencyMs, serviceMs, errors} = run;
  const kinds = Object.entries(errors.byKind).map(([kind, count]) => `${count} ${kind}`);
  const failed = errors.total === 0 ? '0' : `${errors.total}<small>${escapeHtml(kinds.join(', '))}</small>`;
  const why = run.verdict === 'ok' ? '' : `<small class="unknown">${escapeHtml(run.reason)}</small>`;
  const numbers = [
    run.offeredPerSecond,
    run.achievedPerSecond,
    run.requests,
    latencyMs.p50,
    latencyMs.p95,
    latencyMs.p99,
    latencyMs.p999,
    latencyMs.max,
    serviceMs.p50,
    serviceMs.p99,
  ].map((value) => `<td>${value === null ? '–' : shortNumber(value)}</td>`);
  const late = run.lateness.p99Ms === null ? '–' : shortNumber(run.lateness.p99Ms);
  const spoilt = run.verdict === 'ok' ? '' : ' class="unknown"';
  const generator = `<td title="${escapeHtml(run.reason)}">${late}<small${spoilt}>${run.verdict}</small></td>`;
  const bad = errors.total === 0 ? '' : ' class="fail"';
  return `<tr><th scope="row">${escapeHtml(name)}<small>${escapeHtml(run.profile.text)}</small>${why}</th>${numbers.join('')}<td${bad}>${failed}</td>${generator}</tr>`;
}

function loadOf({target, workload}: ReportRun): string {
  return `${workload}, to ${target}`;
}
