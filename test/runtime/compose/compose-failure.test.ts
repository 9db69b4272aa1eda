import {expect, it} from 'vitest';
import {composeFailure} from '../../../src/runtime/compose/compose-failure.js';

// Lines as engines 20.10 to 28 and Compose 2.26 write them.
it.each([
  [
    'PORT_TAKEN',
    'Error response from daemon: driver failed programming external connectivity on endpoint ml-base-1: Bind for 127.0.0.1:8891 failed: port is already allocated',
  ],
  ['PORT_TAKEN', 'Error starting userland proxy: listen tcp4 127.0.0.1:8891: bind: address already in use'],
  ['TOOL_MISSING', 'Error response from daemon: No such image: sutra-embedder:0.1.0'],
  ['NO_SPACE', 'failed to copy files: write /var/lib/docker/overlay2/x: no space left on device'],
  [
    'BUSY',
    'Error response from daemon: Conflict. The container name "/ml-base-1" is already in use by container "4f". You have to remove it',
  ],
  ['TOOL_MISSING', 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'],
  ['PERMISSION', 'permission denied while trying to connect to the Docker daemon socket'],
])('%s: %s', (code, line) => {
  const failure = composeFailure(` Container ml-base-1  Starting\n${line}\n`);
  expect(failure).toMatchObject({code});
  expect(failure.cures).not.toHaveLength(0);
});

it('what nobody knows is quoted', () => {
  expect(composeFailure('one\ntwo\n')).toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('one\ntwo'),
  });
});
