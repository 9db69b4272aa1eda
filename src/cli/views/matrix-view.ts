import type {JudgedClaim} from '../../decision/claim.js';
import type {Matrix} from '../../decision/matrix-schema.js';
import {stackFiguresNotes, stackFiguresTable} from '../../report/bench/stack-figures-table.js';
import {claimsMarkdown, claimsTable} from '../../report/claims-table.js';
import {markdownTable} from '../../report/markdown-table.js';
import {matrixMarkdown} from '../../report/matrix-markdown.js';
import {matrixTable} from '../../report/matrix-table.js';
import {tableWithin} from '../../report/table.js';
import {wrapped} from '../../report/wrap.js';
import {columns} from '../columns.js';
import {paint} from '../paint.js';

interface ShownMatrix {
  title: string;
  matrix: Matrix;
  claims: readonly JudgedClaim[];
  /** What the stack did meanwhile, an option a row. */
  options: Parameters<typeof stackFiguresTable>[0];
  /** Nearly every claim of a matrix that was cut short is unknown, for a reason that stands above. */
  isPartial: boolean;
}

/** The matrix, what each option's stack did, and the claims held against both. */
export function matrixText({title, matrix, options, ...judged}: ShownMatrix): string {
  const claims = shownClaims(judged);
  const width = columns();
  const notes = stackFiguresNotes(options.map(({figures}) => figures)).map((note) => wrapped(note, width));
  return [
    `\n${paint.strong(title)}\n${matrixTable(matrix, paint, width)}`,
    `\n${stackFiguresTable(options, tableWithin(width))}`,
    ...notes,
    ...(claims.length > 0 ? [`\n${claimsTable(claims, paint, width)}`] : []),
  ].join('\n');
}

/** The same as Markdown. */
export function matrixPage({matrix, options, ...judged}: ShownMatrix): string {
  const claims = shownClaims(judged);
  const notes = stackFiguresNotes(options.map(({figures}) => figures)).map((note) => `\n${note}`);
  return [
    matrixMarkdown(matrix),
    stackFiguresTable(options, markdownTable),
    ...notes,
    ...(claims.length > 0 ? [`\n${claimsMarkdown(claims)}`] : []),
  ].join('\n');
}

function shownClaims({claims, isPartial}: Pick<ShownMatrix, 'claims' | 'isPartial'>): readonly JudgedClaim[] {
  return isPartial ? claims.filter(({word}) => word !== 'unknown') : claims;
}
