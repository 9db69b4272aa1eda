import {execFileSync} from 'node:child_process';
import {describe, expect, it, test} from 'vitest';
import {isOlder} from '../../src/system/docker-engine.js';
import {needs, needsRoot} from '../support/skip.js';
import {repository} from '../support/stack.js';
import {missingTool} from '../support/tools.js';

describe('versions', () => {
  it.each([
    ['1.28.0', '2.20.0', true],
    ['2.19.9', '2.20.0', true],
    ['2.20.0', '2.20.0', false],
    ['2.26.1-4', '2.20.0', false],
    ['20.10.24+dfsg1', '25.0.0', true],
    ['28.2', '25.0.0', false],
    ['no version', '2.20.0', true],
  ])('%s is older than %s: %s', (found, needed, older) => {
    expect(isOlder(found, needed)).toBe(older);
  });
});

// Only root can become somebody who may not use the engine's socket.
test('somebody who may not use the engine is told so, and what to do', (context) => {
  needsRoot(context);
  needs(context, missingTool('docker'));
  const program = `
    import {findEngine} from './src/system/docker-engine.ts';
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    const signal = AbortSignal.timeout(10_000);
    const {missing} = await findEngine({env: process.env, cwd: '/', signal, clock: {}});
    console.log(JSON.stringify({code: missing?.code, message: missing?.message, cures: missing?.cures}));
  `;
  const args = ['--import', 'tsx', '--input-type', 'module', '--eval', program];
  const found = JSON.parse(execFileSync(process.execPath, args, {cwd: repository, encoding: 'utf8'}));
  expect(found).toMatchObject({
    code: 'PERMISSION',
    message: 'no permission to talk to the Docker engine at /var/run/docker.sock',
  });
  expect(found.cures[0]).toContain('usermod -aG docker');
});
