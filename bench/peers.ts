import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import type {CacheClient} from './cache-client.js';
import {openL2Client} from './l2-client.js';
import {openRespClient} from './resp-client.js';

export interface Peer {
  name: string;
  open(): Promise<CacheClient>;
  stop(): Promise<void>;
}

const shardMain = fileURLToPath(new URL('../templates/cache/dist/main.js', import.meta.url));

/** The shard and every peer that this machine has, each with an empty folder of its own. */
export async function startPeers(firstPort: number): Promise<Peer[]> {
  const redis = process.env.BENCH_REDIS ?? 'redis-server';
  const valkey = process.env.BENCH_VALKEY ?? 'valkey-server';
  const wanted: [string, (port: number, folder: string) => ChildProcess, typeof openL2Client][] = [
    ['sutra', (port, folder) => startShard(port, folder, process.env.BENCH_PROFILE), openL2Client],
  ];
  for (const [name, program] of [
    ['redis', redis],
    ['valkey', valkey],
  ] as const) {
    wanted.push([`${name}, no log`, (port, folder) => startRedis(program, port, folder, 'no'), openRespClient]);
    wanted.push([`${name}, everysec`, (port, folder) => startRedis(program, port, folder, 'yes'), openRespClient]);
  }
  if (process.env.BENCH_COLD === '1') {
    wanted.push(['sutra, disk only', (port, folder) => startShard(port, folder, undefined, '0'), openL2Client]);
  }
  const peers: Peer[] = [];
  for (const [index, [name, start, open]] of wanted.entries()) {
    const peer = await startPeer(name, firstPort + 2 * index, start, open);
    if (peer === null) process.stderr.write(`${name}: not to be had here, left out\n`);
    else peers.push(peer);
  }
  return peers;
}

async function startPeer(
  name: string,
  port: number,
  start: (port: number, folder: string) => ChildProcess,
  open: (port: number) => Promise<CacheClient>,
): Promise<Peer | null> {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-bench-'));
  const child = start(port, folder);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const stop = async () => {
    child.kill();
    await ended;
    await rm(folder, {recursive: true, force: true});
  };
  const listening = await Promise.race([untilListening(port), ended.then(() => false)]);
  if (listening) return {name, open: () => open(port), stop};
  await stop();
  return null;
}

function startShard(port: number, folder: string, profileFolder?: string, memoryBytes?: string): ChildProcess {
  const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  return spawn(process.execPath, [...profile, shardMain], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      SUTRA_PORT: String(port),
      SUTRA_HEALTH_PORT: '0',
      SUTRA_CACHE_DATA_DIR: folder,
      ...(memoryBytes === undefined ? {} : {SUTRA_CACHE_MEMORY_BYTES: memoryBytes}),
    },
  });
}

function startRedis(program: string, port: number, folder: string, appendOnly: 'yes' | 'no'): ChildProcess {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const log = ['--appendonly', appendOnly, '--appendfsync', 'everysec'];
  return spawn(program, [...options, ...log], {stdio: 'ignore'});
}

async function untilListening(port: number): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return true;
    await sleep(50);
  }
  return false;
}
