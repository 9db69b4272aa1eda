/** Out of sight, and still read out. */
const hidden = 'position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);';

/** The whole look of a report: no font, script or picture from anywhere. Six colours that also differ in lightness. */
export const style = `
:root { color-scheme: light dark; --paper: #fdfdfc; --ink: #1d2126; --soft: #5d6670; --rule: #dfe3e7; --tint: #f2f5f7;
  --good: #15703f; --bad: #b3261e; --unsure: #8a5a00;
  --c0: #1f5fbf; --c1: #d1690e; --c2: #18876b; --c3: #7b4bb5; --c4: #b02a5b; --c5: #59636e; --c6: var(--bad); }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e9ec; --soft: #9aa4ae; --rule: #2d343b;
  --tint: #1c2125; --good: #5cc98b; --bad: #ff8a80; --unsure: #e5b454;
  --c0: #74a9ff; --c1: #ffa552; --c2: #4fcfab; --c3: #be97f5; --c4: #ff80ad; --c5: #a9b4bf; --c6: var(--bad); } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; letter-spacing: -.01em; margin: 0 0 .3rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem; }
section { margin-top: 2.8rem; }
p { margin: .5rem 0; max-width: 46rem; }
.lead { font-size: 1.1rem; }
.badge { display: inline-block; font-weight: 650; padding: .1rem .7rem; border: 1.5px solid currentColor;
  border-radius: 999px; margin-right: .6rem; font-size: .95rem; }
.note, figcaption { color: var(--soft); font-size: .9rem; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1.2rem 0 0; font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.unseen { ${hidden} }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; vertical-align: top; padding: .5rem .5rem; border-bottom: 1px solid var(--rule); }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--ink); font-weight: 600; }
th:first-child, td:first-child, .words th, .words td { text-align: left; }
tbody th { font-weight: 550; min-width: 10rem; }
td { white-space: nowrap; } .words td { white-space: normal; } th.whole, .words td.whole { white-space: nowrap; }
small { display: block; font-weight: 400; font-size: .8rem; color: var(--soft); }
thead small { max-width: 9rem; margin-left: auto; }
.chosen { background: var(--tint); }
.pass, .good, .better, small.good, small.better { color: var(--good); }
.fail, .worse, small.worse { color: var(--bad); }
.unknown, small.unknown { color: var(--unsure); }
td.pass, td.fail, td.unknown { font-weight: 550; }
figure { margin: .6rem 0 1rem; }
.on-narrow { display: none; }
.keys { font-size: .9rem; font-weight: 600; } .key { margin-right: 1rem; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; font: 13px/1 inherit; }
svg text { fill: var(--soft); font-size: 13px; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.axis { stroke: var(--soft); } .grid { stroke: var(--rule); }
.line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
.line.limit, line.limit { stroke: var(--bad); stroke-dasharray: 6 4; } svg text.limit { fill: var(--bad); }
.band { fill-opacity: .14; stroke: none; }
svg text.label { font-weight: 600; }
${[0, 1, 2, 3, 4, 5, 6].map((n) => `.line.c${n} { stroke: var(--c${n}); } .band.c${n}, .bar.c${n}, .dot.c${n}, svg text.c${n} { fill: var(--c${n}); } .key.c${n} { color: var(--c${n}); }`).join('\n')}
.bar { fill-opacity: .75; }
svg text.value { font-weight: 600; fill: var(--ink); }
@media screen and (max-width: 68rem) { main { padding: 2rem 1.5rem 3rem; }
  thead { ${hidden} } table, tbody, tr, th, td { display: block; }
  tr { padding: .6rem 0; border-bottom: 2px solid var(--rule); } .chosen { padding: .6rem; }
  tbody th { min-width: 0; border: 0; padding: 0; text-align: left; overflow-wrap: anywhere; white-space: normal; }
  td, .words td, .words td.whole { display: grid; grid-template-columns: minmax(7rem, 2fr) 3fr; column-gap: 1rem; padding: .25rem 0;
    border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  td::before { content: attr(data-label); color: var(--soft); font-weight: 400; grid-row: span 2; }
  td:empty, .words td:empty { display: none; } td:not(:has(> small:not(:empty)))::before { grid-row: auto; } td > small { grid-column: 2; } }
@media screen and (max-width: 40rem) { main { padding: 1.5rem 1rem 2rem; } .on-wide { display: none; }
  .on-narrow { display: block; max-width: 32rem; } }
@media print { :root { color-scheme: light; } body { font-size: 11pt; } main { padding: 0; max-width: none; }
  section, figure, tr { break-inside: avoid; } }
`;
