import {verdictMarks} from '../matrix-words.js';
import {claimsSection} from './claims-section.js';
import {escapeHtml} from './escape.js';
import {matrixSection} from './matrix-section.js';
import {percentileSection} from './percentile-section.js';
import type {ReportInput, ReportSeries} from './report-input.js';
import {runsSection} from './runs-section.js';
import {style} from './style.js';
import {thresholdsSection} from './thresholds-section.js';
import {timeSection} from './time-section.js';

/** As many lines as can be told apart; what is beyond is in the tables. */
const mostLines = 6;

/** One page that needs nothing but itself: the decision, the plots, the runs. The browser is forbidden to fetch anything. */
export function htmlReport(input: ReportInput): string {
  const {title, verdict, reason, facts, thresholds, series, matrix, claims} = input;
  const answered = series.flatMap(withAnswers);
  const shown = answered.slice(0, mostLines);
  const details = facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="lead"><span class="badge ${verdict}">${verdictMarks[verdict]} ${verdict}</span>${escapeHtml(reason)}</p>
<dl>${details.join('')}</dl>
</header>
${thresholds.length === 0 ? '' : thresholdsSection(thresholds)}
${matrix === null ? '' : matrixSection(matrix)}
${claims.length === 0 ? '' : claimsSection(claims)}
${shown.length === 0 ? '<section><p>Fewer than two requests were answered: there is nothing to plot.</p></section>' : plots(shown, answered.length, thresholds)}
${series.length === 0 ? '' : runsSection(series)}
</main>
</body>
</html>
`;
}

function plots(shown: readonly ReportSeries[], all: number, thresholds: ReportInput['thresholds']): string {
  const rest = all > shown.length ? `<p class="note">Only the first ${shown.length} of ${all} are plotted.</p>` : '';
  return `${rest}${percentileSection(shown, thresholds)}\n${timeSection(shown, thresholds)}`;
}

/** Only runs with two answers or more can be drawn. */
function withAnswers({label, runs}: ReportSeries): ReportSeries[] {
  const drawn = runs.filter(
    ({distribution, requests, errors}) => distribution.length > 0 && requests - errors.total > 1,
  );
  return drawn.length === 0 ? [] : [{label, runs: drawn}];
}
