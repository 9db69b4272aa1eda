// needs: root
import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import {dropSupervisor, ensureSupervisor, livingSupervisor} from '../../../src/runtime/process/ensure-supervisor.js';
import {makeFolders, stackFolder} from '../../../src/runtime/stack-folder.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {needsRoot} from '../../support/skip.js';
import {smallDisk} from '../../support/small-disk.js';

// A small disk is mounted.
beforeEach(needsRoot);

it('a supervisor that has no room to start is NO_SPACE, and starts when there is room', {
  timeout: 120_000,
}, async () => {
  using disk = smallDisk();
  const system = nodeSystem(AbortSignal.timeout(100_000), disk.path);
  const folder = stackFolder(join(disk.path, '.sutra'));
  const start = () => ensureSupervisor(system, folder, system.signal);
  makeFolders(folder);
  disk.leaveFree(0);
  await expect(start()).rejects.toMatchObject({
    code: 'NO_SPACE',
    message: `the supervisor did not start: no space left to write ${folder.path}`,
    exitCode: 8,
    cures: [`free space: df -h ${disk.path}`, 'then run the same command again'],
  });
  expect(livingSupervisor(folder)).toBeNull();
  disk.empty();
  await start();
  expect(livingSupervisor(folder)).not.toBeNull();
  dropSupervisor(folder);
});
