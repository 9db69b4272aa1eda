import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {beforeEach, expect, onTestFinished, test, vi} from 'vitest';
import {type Diagnosis, diagnose} from '../../../src/stack/hosts/doctor.js';
import type {System} from '../../../src/system/system.js';
import {emptyFolder} from '../../support/empty-folder.js';
import {leaseOffset} from '../../support/ports.js';

const portOffset = await leaseOffset();

beforeEach(() => {
  vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** A machine where nothing was fetched, and a folder whose stack has ports of its own. */
function machine(env: Record<string, string> = {}): System {
  const system = emptyFolder(env);
  writeFileSync(join(system.cwd, 'sutra.yaml'), `portOffset: ${portOffset}\n`);
  return system;
}

async function diagnosed(system: System): Promise<Record<string, Diagnosis>> {
  const found: Diagnosis[] = [];
  for await (const diagnosis of diagnose(system, [])) found.push(diagnosis);
  return Object.fromEntries(found.map((diagnosis) => [diagnosis.id, diagnosis]));
}

test('every need is looked at, in this order; whatever is not in order says what to do', async () => {
  const found = await diagnosed(machine());
  expect(Object.keys(found)).toEqual(['node', 'machine', 'limits', 'haproxy', 'docker', 'model', 'disk', 'ports']);
  expect(found.node?.found).toContain(process.version);
  expect(found.docker).toMatchObject({state: 'ok', found: expect.stringContaining('the services run as processes')});
  expect(found.model).toMatchObject({state: 'note', cure: expect.stringContaining('sutra model pull')});
  for (const {state, cure} of Object.values(found)) expect(cure === null).toBe(state === 'ok');
});

test('a port that somebody has is missing, and it says who has it', async () => {
  const system = machine();
  expect((await diagnosed(system)).ports).toMatchObject({state: 'ok', cure: null});
  const port = 8_888 + portOffset;
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const {ports} = await diagnosed(system);
  expect(ports).toMatchObject({state: 'missing', cure: expect.stringContaining('--port-offset')});
  expect(ports?.found).toMatch(new RegExp(`^taken: ${port} by .*${process.pid}`));
});

test('a store without room is missing, and a variable that names another is the cure', async () => {
  const system = machine({SUTRA_MODEL_STORE: '/proc'});
  expect((await diagnosed(system)).disk).toMatchObject({
    state: 'missing',
    found: expect.stringContaining('/proc'),
    cure: expect.stringContaining('SUTRA_MODEL_STORE'),
  });
});
