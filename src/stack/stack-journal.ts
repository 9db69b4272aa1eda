import {join} from 'node:path';
import {type Journal, openJournal} from '../journal/journal.js';
import type {NewEvent} from '../journal/journal-event.js';
import type {System} from '../system/system.js';
import {stateFolderOf} from './plans/deployed-plan.js';

/** Writes down what a command did to the stack, in the journal that its runtime writes to as well. */
export function noteEvent(system: Pick<System, 'cwd' | 'clock'>, event: NewEvent): void {
  stackJournal(system).append(event);
}

export function stackJournal(system: Pick<System, 'cwd' | 'clock'>): Journal {
  return openJournal(join(stateFolderOf(system), 'journal.jsonl'), system.clock.nowMs);
}
