import {join} from 'node:path';
import type {System} from './system.js';

/** `.sutra/`, where a stack keeps all it has in this folder. */
export function stateFolderOf({cwd}: Pick<System, 'cwd'>): string {
  return join(cwd, '.sutra');
}
