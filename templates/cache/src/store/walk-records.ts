import type {WriterLink} from './writer/writer-link.js';

/** Rows of one step: other work of the writing thread goes on between two. */
const rowsOfStep = 256;

/** Checks every row. Throws WriteError when that cannot be done. */
export async function walkRecords(link: WriterLink, onBad: (ids: readonly number[]) => void) {
  const found = {checked: 0, bad: 0};
  for (let afterId: number | null = 0; afterId !== null; ) {
    const answer = await link.ask({kind: 'verify', afterId, count: rowsOfStep});
    if (answer.kind !== 'verified') break;
    found.checked += answer.checked;
    found.bad += answer.badIds.length;
    onBad(answer.badIds);
    afterId = answer.lastId;
  }
  return found;
}
