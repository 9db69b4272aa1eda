import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {nodeSystem} from '../../src/system/node-system.js';
import type {System} from '../../src/system/system.js';

/** A folder without a stack, on a machine without a model, where services are processes; gone when the test ends. */
export function emptyFolder(env: Record<string, string> = {}): System {
  const cwd = mkdtempSync(join(tmpdir(), 'sutra-empty-'));
  onTestFinished(() => rmSync(cwd, {recursive: true, force: true}));
  const shell = {PATH: process.env.PATH, HOME: cwd, SUTRA_MODEL_STORE: join(cwd, 'models')};
  return {...nodeSystem(AbortSignal.timeout(30_000), cwd), env: {...shell, SUTRA_RUNTIME: 'process', ...env}};
}
