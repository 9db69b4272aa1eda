import {shortNumber} from '../../decision/short-number.js';
import {type ColumnHead, headHtml, labelled} from './cell.js';
import {escapeHtml} from './escape.js';
import type {ReportRun, ReportSeries} from './report-input.js';

const heads = {
  run: {title: 'run'},
  offered: {title: 'offered', note: '/s'},
  answered: {title: 'answered', note: '/s'},
  requests: {title: 'requests'},
  p50: {title: 'p50', note: 'ms'},
  p95: {title: 'p95', note: 'ms'},
  p99: {title: 'p99', note: 'ms'},
  p999: {title: 'p99.9', note: 'ms'},
  max: {title: 'max', note: 'ms'},
  service50: {title: 'service p50', note: 'ms'},
  service99: {title: 'service p99', note: 'ms'},
  failed: {title: 'failed'},
  late: {title: 'generator late, p99', note: 'ms, verdict'},
} satisfies Record<string, ColumnHead>;

/** Every run as it was recorded: what the figures above are made of. */
export function runsSection(series: readonly ReportSeries[]): string {
  const rows = series.flatMap(({label, runs}) =>
    runs.map((run, index) => runRow(runs.length === 1 ? label : `${label} ${index + 1}`, run)),
  );
  const loads = [...new Set(series.flatMap(({runs}) => runs.map(loadOf)))];
  return [
    '<section><h2>Runs</h2>',
    `<p class="note">${escapeHtml(loads.join('; '))}</p>`,
    `<table><thead><tr>${Object.values(heads).map(headHtml).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody></table></section>`,
  ].join('\n');
}

function runRow(name: string, run: ReportRun): string {
  const {latencyMs, serviceMs, errors} = run;
  const kinds = Object.entries(errors.byKind).map(([kind, count]) => `${count} ${kind}`);
  const failed = errors.total === 0 ? '0' : `${errors.total}<small>${escapeHtml(kinds.join(', '))}</small>`;
  const why = run.verdict === 'ok' ? '' : `<small class="unknown">${escapeHtml(run.reason)}</small>`;
  const numbers = [
    numberCell(heads.offered, run.offeredPerSecond),
    numberCell(heads.answered, run.achievedPerSecond),
    numberCell(heads.requests, run.requests),
    numberCell(heads.p50, latencyMs.p50),
    numberCell(heads.p95, latencyMs.p95),
    numberCell(heads.p99, latencyMs.p99),
    numberCell(heads.p999, latencyMs.p999),
    numberCell(heads.max, latencyMs.max),
    numberCell(heads.service50, serviceMs.p50),
    numberCell(heads.service99, serviceMs.p99),
  ];
  const late = run.lateness.p99Ms === null ? '–' : shortNumber(run.lateness.p99Ms);
  const spoilt = run.verdict === 'ok' ? '' : ' class="unknown"';
  const generator = `<td${labelled(heads.late)} title="${escapeHtml(run.reason)}">${late}<small${spoilt}>${run.verdict}</small></td>`;
  const bad = `${labelled(heads.failed)}${errors.total === 0 ? '' : ' class="fail"'}`;
  return `<tr><th scope="row">${escapeHtml(name)}<small>${escapeHtml(run.profile.text)}</small>${why}</th>${numbers.join('')}<td${bad}>${failed}</td>${generator}</tr>`;
}

function numberCell(head: ColumnHead, value: number | null): string {
  return `<td${labelled(head)}>${value === null ? '–' : shortNumber(value)}</td>`;
}

function loadOf({target, workload}: ReportRun): string {
  return `${workload}, to ${target}`;
}
