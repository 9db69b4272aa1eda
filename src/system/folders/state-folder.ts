import {join} from 'node:path';
import type {System} from '../system.js';
import {refuseUnsafeFolder} from './safe-folder.js';

/**
 * `.sutra/`, where a stack keeps all it has in this folder; it need not exist yet. Throws STATE or PERMISSION for one that
 * could lead elsewhere or that another user controls.
 */
export function stateFolderOf({cwd}: Pick<System, 'cwd'>): string {
  const path = join(cwd, '.sutra');
  refuseUnsafeFolder(path);
  return path;
}
