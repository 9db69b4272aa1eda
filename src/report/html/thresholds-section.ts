import {measuredText, type ThresholdResult} from '../../decision/threshold.js';
import {verdictMarks} from '../matrix-words.js';
import {escapeHtml} from './escape.js';

/** What had to hold, and whether it did. */
export function thresholdsSection(results: readonly ThresholdResult[]): string {
  const rows = results.map((result) => {
    const {threshold, verdict} = result;
    const judged = `<td class="${verdict}">${verdictMarks[verdict]} ${verdict}</td>`;
    return `<tr><th scope="row">${escapeHtml(threshold)}</th><td>${escapeHtml(measuredText(result))}</td>${judged}</tr>`;
  });
  return [
    '<section><h2>Thresholds</h2>',
    '<div class="wide"><table><thead><tr><th scope="col">threshold</th><th scope="col">measured</th><th scope="col">verdict</th></tr></thead>',
    `<tbody>${rows.join('\n')}</tbody></table></div></section>`,
  ].join('\n');
}
