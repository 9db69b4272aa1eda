// needs: haproxy
import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {startHaproxy} from '../../bench/haproxy.js';
import {pageFaults} from '../../bench/process-memory.js';
import {haproxyMemoryEnv} from '../../src/render/haproxy/memory-env.js';
import {leasePorts} from '../support/ports.js';
import {startFakeModels} from '../templates/embedder/support/fake-models.js';

const port = await leasePorts();
const clients = 8;
const requestsEach = 20;
const body = JSON.stringify({texts: ['hello']});

async function haproxy(at: number, serverPort: number, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-haproxy-'));
  const child = startHaproxy(folder, [{name: 'models', port: at, serverPort}], env);
  onTestFinished(async () => {
    child.kill();
    await once(child, 'exit');
    rmSync(folder, {recursive: true});
  });
  await expect.poll(() => asked(at).catch(() => false), {timeout: 10_000}).toBe(true);
  return child;
}

async function asked(at: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${at}/embed`, {method: 'POST', body});
  await response.arrayBuffer();
  return response.ok;
}

/** Page faults of HAProxy for one request, after as many to warm up. */
async function faultsPerRequest(child: ChildProcess, at: number): Promise<number> {
  const client = async (): Promise<void> => {
    for (let count = 0; count < requestsEach; count += 1) expect(await asked(at)).toBe(true);
  };
  const load = () => Promise.all(Array.from({length: clients}, client));
  await load();
  const before = pageFaults(child.pid ?? 0);
  await load();
  return (pageFaults(child.pid ?? 0) - before) / (clients * requestsEach);
}

test('with its memory variables HAProxy takes a tenth of the page faults of a request, or fewer', async () => {
  await using models = await startFakeModels();
  const serverPort = Number(new URL(models.url).port);
  const kept = await haproxy(port, serverPort, haproxyMemoryEnv);
  const plain = await haproxy(port + 1, serverPort, {});
  const [few, many] = [await faultsPerRequest(kept, port), await faultsPerRequest(plain, port + 1)];
  expect(many).toBeGreaterThan(10);
  expect(few).toBeLessThan(many / 10);
});
