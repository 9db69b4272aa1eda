import {enableCompileCache} from 'node:module';
import {compiledCodeFolder} from '../system/process/compiled-code.js';

/** Keeps what V8 compiles from one command to the next, where that is safe. */
export function keepCompiledCode(): void {
  const folder = compiledCodeFolder();
  if (folder !== null) enableCompileCache(folder);
}
