import {createHash, randomBytes} from 'node:crypto';
import type {CacheClient} from './cache-client.js';
import {drive, type Load, type Measured} from './drive.js';
import {type Peer, startPeers} from './peers.js';
import {table, type Values, valueName} from './table.js';

// The shard against Redis and Valkey, side by side: all run at once, and each round measures every one of them in
// turn, so that what the machine does meanwhile happens to all. `npm run bench:cache:l2`.

const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
const forMs = Number(process.env.BENCH_MS ?? 600);
const firstPort = Number(process.env.BENCH_PORT ?? 23_600);
const keys = Array.from({length: 10_000}, (_, index) => createHash('sha256').update(`key ${index}`).digest());

interface Scenario {
  name: string;
  connections: number;
  load: Load;
  value(measured: Measured): number;
  unit: string;
}

const serial = {keys: 1, perRequest: 1, forMs};
const scenarios: Scenario[] = [
  {name: 'get, 1 connection, p50', connections: 1, load: serial, value: (m) => m.p50Us, unit: 'us'},
  {name: 'get, 1 connection, p99', connections: 1, load: serial, value: (m) => m.p99Us, unit: 'us'},
  {name: 'get, 32 connections, p50', connections: 32, load: serial, value: (m) => m.p50Us, unit: 'us'},
  {name: 'get, 32 connections, p99', connections: 32, load: serial, value: (m) => m.p99Us, unit: 'us'},
  {name: 'get, 32 connections', connections: 32, load: serial, value: (m) => m.keysPerSecond, unit: 'keys/s'},
  {
    name: 'single gets, 100 pipelined',
    connections: 1,
    load: {keys: 100, perRequest: 1, forMs},
    value: (m) => m.keysPerSecond,
    unit: 'keys/s',
  },
  {
    name: 'multi-get of 32',
    connections: 1,
    load: {keys: 32, perRequest: 32, forMs},
    value: (m) => m.keysPerSecond,
    unit: 'keys/s',
  },
];

const peers = await startPeers(firstPort);
try {
  for (const valueBytes of [1024, 3072]) {
    const values = await compare(valueBytes);
    process.stdout.write(table(`values of ${valueBytes} bytes`, scenarios, peers, values));
  }
} finally {
  await Promise.all(peers.map((peer) => peer.stop()));
}

async function compare(valueBytes: number): Promise<Values> {
  const opened = new Map<Peer, CacheClient[]>();
  for (const peer of peers) {
    const clients = await Promise.all(Array.from({length: 32}, () => peer.open()));
    await clients[0]?.put(keys, randomBytes(valueBytes));
    opened.set(peer, clients);
  }
  const values: Values = new Map();
  for (let round = -1; round < rounds; round += 1) {
    for (const asked of distinctLoads()) {
      for (const [peer, clients] of opened) {
        const measured = await drive(clients.slice(0, asked.connections), keys, asked.load);
        // The first round warms up.
        if (round >= 0) note(values, peer, asked, measured);
      }
    }
  }
  for (const clients of opened.values()) for (const client of clients) client.close();
  return values;
}

function distinctLoads(): Scenario[] {
  const seen = new Map(scenarios.map((scenario) => [`${scenario.connections} ${scenario.load.keys}`, scenario]));
  return [...seen.values()];
}

function note(values: Values, peer: Peer, {load, connections}: Scenario, measured: Measured): void {
  for (const scenario of scenarios) {
    if (scenario.load !== load || scenario.connections !== connections) continue;
    const name = valueName(scenario, peer);
    values.set(name, [...(values.get(name) ?? []), scenario.value(measured)]);
  }
}
