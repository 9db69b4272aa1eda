// needs: haproxy
import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {offsetFlags} from '../support/ports.js';
import {repository, stackFolder} from '../support/stack.js';

/** Runs sutra as processes, where so many files may be open at most. */
function sutraWithin(openFiles: number, folder: string, args: string[]): Promise<{code: unknown; stdout: string}> {
  const script = `ulimit -n ${openFiles}; exec "$0" "$@"`;
  const command = [process.execPath, join(repository, 'bin/run.js'), ...args, '--folder', folder, '--json'];
  return new Promise((resolve) => {
    const env = {...process.env, SUTRA_RUNTIME: 'process', DOCKER_HOST: 'unix:///nowhere'};
    execFile('sh', ['-c', script, ...command], {env}, (error, stdout) => resolve({code: error?.code ?? 0, stdout}));
  });
}

test('where HAProxy may open 1024 files, deploy says so before anything starts, and doctor does', async () => {
  await using folder = stackFolder();
  const flags = ['--edition', 'community', '--project', 'limits', ...(await offsetFlags())];
  const deployed = await sutraWithin(1_024, folder.path, ['deploy', ...flags]);
  expect(deployed.code).toBe(3);
  expect(JSON.parse(deployed.stdout)).toMatchObject({
    error: {code: 'PERMISSION', message: expect.stringMatching(/^1024 open files are allowed .* HAProxy needs \d+$/)},
  });
  expect(folder.processes()).toEqual([]);
  const {code, stdout} = await sutraWithin(1_024, folder.path, ['doctor']);
  expect(code).toBe(10);
  expect(JSON.parse(stdout).diagnoses).toContainEqual({
    id: 'limits',
    state: 'missing',
    found: expect.stringContaining('1024 open files are allowed'),
    cure: expect.stringContaining('raise the hard limit to 4096'),
  });
});
