import type {CacheClient} from './cache-client.js';

export interface Load {
  /** Keys of one write, and how many of them one request asks for. */
  keys: number;
  perRequest: number;
  forMs: number;
}

export interface Measured {
  keysPerSecond: number;
  /** From the write to the last reply of it. */
  p50Us: number;
  p99Us: number;
}

/** Closed loop: every client asks again as soon as it is answered. Throws when a key is missing. */
export async function drive(clients: CacheClient[], keys: readonly Buffer[], load: Load): Promise<Measured> {
  const latenciesUs: number[] = [];
  const startedMs = performance.now();
  await Promise.all(clients.map((client) => driveOne(client, keys, load, startedMs + load.forMs, latenciesUs)));
  const seconds = (performance.now() - startedMs) / 1000;
  const sorted = Float64Array.from(latenciesUs).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return {keysPerSecond: (latenciesUs.length * load.keys) / seconds, p50Us: at(0.5), p99Us: at(0.99)};
}

function driveOne(client: CacheClient, keys: readonly Buffer[], load: Load, untilMs: number, latenciesUs: number[]) {
  return new Promise<void>((resolve, reject) => {
    const ask = () => {
      const from = Math.floor(Math.random() * (keys.length - load.keys));
      const startedMs = performance.now();
      client.ask(keys.slice(from, from + load.keys), load.perRequest, (hits) => {
        const nowMs = performance.now();
        latenciesUs.push((nowMs - startedMs) * 1000);
        if (hits !== load.keys) reject(new Error(`${load.keys - hits} of ${load.keys} keys were missing`));
        else if (nowMs < untilMs) ask();
        else resolve();
      });
    };
    ask();
  });
}
