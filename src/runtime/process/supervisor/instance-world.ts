import type {NewEvent} from '../../../journal/journal-event.js';
import type {StackFolder} from '../../stack-folder.js';

/** What happens to an instance and needs no more than its pid to be told. */
export type InstanceEvent = Exclude<Extract<NewEvent, {data: {restarts: number}}>['kind'], 'crash'>;

/** What an instance needs of the supervisor around it. */
export interface InstanceWorld {
  folder: StackFolder;
  record: (event: NewEvent) => void;
  /** Asks for a step soon: something has changed. */
  wake: () => void;
  /** Whether the kernel has ended a process for want of memory within the last second or so. */
  memoryRanOut: () => boolean;
}

/**
 * `surplus`: the plan no longer names it, so it ends when what replaces it serves; `gone`: it ends at once; `held`:
 * neither started nor ended, because what leans on it ends first.
 */
export type Wanted = 'running' | 'stopped' | 'surplus' | 'gone' | 'held';

/** What the other instances allow an instance to do in this step. */
export interface Turn {
  mayStart: () => boolean;
  mayEnd: () => boolean;
  /** Its new ports are free, and no port that a reload would keep is wanted by another. */
  mayReload: () => boolean;
}
