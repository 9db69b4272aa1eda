import {escapeHtml} from './escape.js';

/** A head of a column, with what it is measured in below. */
export interface ColumnHead {
  title: string;
  note?: string;
  /** Read out but not shown. */
  unseen?: boolean;
}

export function headHtml({title, note, unseen = false}: ColumnHead): string {
  const text = unseen ? `<span class="unseen">${escapeHtml(title)}</span>` : escapeHtml(title);
  return `<th scope="col">${text}${note === undefined ? '' : `<small>${escapeHtml(note)}</small>`}</th>`;
}

/** Attributes of a cell: its head is written beside it where the screen is too narrow for columns. */
export function labelled({title, note}: ColumnHead): string {
  return ` data-label="${escapeHtml(note === undefined ? title : `${title}, ${note}`)}"`;
}
