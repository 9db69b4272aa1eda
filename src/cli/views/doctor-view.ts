import {oneLine} from '../../printable.js';
import {hanging} from '../../report/wrap.js';
import {columns} from '../columns.js';
import {paint} from '../paint.js';

interface Diagnosis {
  id: string;
  state: 'ok' | 'note' | 'missing';
  found: string;
  cure: string | null;
}

const marks = {ok: paint.good('✔'), note: paint.unsure('!'), missing: paint.bad('✖')} satisfies Record<
  Diagnosis['state'],
  string
>;

/** What was found, and below it what to do where something is to be done. */
export function diagnosisText({id, state, found, cure}: Diagnosis): string {
  const width = columns();
  const line = hanging(`${marks[state]} ${id.padEnd(8)} `, oneLine(found), width);
  return cure === null ? line : `${line}\n${hanging(' '.repeat(11), oneLine(cure), width)}`;
}
