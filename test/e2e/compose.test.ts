// needs: docker, curl, jq
import {execFileSync} from 'node:child_process';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {haproxyStats} from '../../src/client/haproxy-stats.js';
import type {CheckResult} from '../../src/decision/check.js';
import type {StackReport} from '../../src/stack/stack-report.js';
import {composeFolder, docker, ensureImages} from '../support/compose-stack.js';
import type {Run, StackFolder} from '../support/stack.js';

// The community stack as the documents deploy it: plain names, plain ports, variables and no flags.
const seed = {SUTRA_EDITION: 'community', MATRYOSHKA_DIM: '256', SUTRA_CACHE_ENABLED: 'true', SUTRA_RUNTIME: 'auto'};
const names = [
  'storage-cache-shard',
  'ml-base-1',
  'ml-base-2',
  'ml-base-3',
  'embedding-service-1',
  'embedding-service-2',
  'ml-base-lb',
];

let folder: StackFolder;
let deployed: Run;
let report: StackReport;
let seconds: number;

beforeAll(async () => {
  ensureImages();
  folder = composeFolder('sutra');
  const startMs = performance.now();
  deployed = await folder.run(['deploy', '--json'], seed);
  seconds = (performance.now() - startMs) / 1_000;
  report = deployed.json as StackReport;
});
afterAll(() => folder?.[Symbol.asyncDispose]());

/** A command of the documents, as written, in bash. */
const bash = (command: string) =>
  execFileSync('bash', ['-c', command], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});

describe('deploy', () => {
  test('picks containers where an engine answers, and says which and why', () => {
    expect(deployed, deployed.stderr).toMatchObject({exitCode: 0});
    expect(deployed.stderr).toMatch(/^Runtime: compose \(Docker [\d.]+\S* answers, with Compose [\d.]+/m);
    expect(report.runtime).toBe('compose');
  });

  test('has every service healthy within two minutes, under the names of the documents', () => {
    expect(report.services.map(({name, state}) => `${name} ${state}`)).toEqual(names.map((name) => `${name} healthy`));
    const running = docker(['ps', '--format', '{{.Names}}']).split('\n');
    expect(running).toEqual(expect.arrayContaining(names));
    expect(seconds).toBeLessThan(120);
  });

  test('publishes on loopback and nowhere else', () => {
    const ports = docker(['ps', '--filter', 'label=dev.sutra.project=sutra', '--format', '{{.Ports}}']);
    const published = ports.split(/[\n,]/).filter((port) => port.includes('->'));
    expect(published).not.toHaveLength(0);
    for (const port of published) expect(port.trim()).toMatch(/^127\.0\.0\.1:/);
  });

  test('a container cannot reach out', () => {
    const connect = 'exec 3<>/dev/tcp/192.0.2.1/80';
    expect(() => docker(['exec', 'ml-base-1', 'timeout', '3', 'bash', '-c', connect])).toThrow();
  });
});

test('validate proves all phases, and that strangers have no way in', async () => {
  const {exitCode, json, stderr} = await folder.run(['validate', '--phases', '0,1,2', '--security', '--json']);
  const failed = (json as {checks: CheckResult[]}).checks.filter(
    ({verdict, decides}) => verdict !== 'pass' && decides !== false,
  );
  expect({exitCode, failed}, stderr).toEqual({exitCode: 0, failed: []});
});

describe('the commands of the documents run as written', () => {
  test('docker exec ml-base-1 env', () => {
    expect(bash('docker exec ml-base-1 env | grep MATRYOSHKA_DIM')).toBe('MATRYOSHKA_DIM=256\n');
  });

  test('the length of an embedding', () => {
    const curl = `curl -X POST http://localhost:8887/embed \\
  -H "Content-Type: application/json" \\
  -d '{"texts": ["test"], "dimension": 256}' | jq '.embeddings[0] | length'`;
    expect(bash(curl)).toBe('256\n');
  });

  test('a miss, a hit, and the hit rate', () => {
    const curl = `curl -X POST http://localhost:8888/embed \\
  -H "Content-Type: application/json" \\
  -d '{"texts": ["artificial intelligence"], "normalize": true}'`;
    expect(JSON.parse(bash(curl))).toMatchObject({dimension: 256});
    // The other replica of the API has it from the shard, which gets it behind the answer.
    bash('sleep 2');
    expect(JSON.parse(bash(curl))).toMatchObject({cached_count: 1});
    // The replicas of the API tell each other their counters once a second.
    bash('sleep 2');
    expect(Number(bash("curl http://localhost:8888/cache/stats | jq '.combined_hit_rate'"))).toBeGreaterThan(0);
    expect(Number(bash("curl http://localhost:8888/cache/stats | jq '.l1_size'"))).toBeGreaterThan(0);
  });

  test('the log of the cache shard', () => {
    expect(bash('docker logs storage-cache-shard | grep "connection from embedding"')).toContain('embedding-service-1');
  });

  test('the files of the cache shard', () => {
    expect(bash('docker exec storage-cache-shard ls -lh /var/lib/sutra/cache/')).toMatch(/ vectors\.sqlite-wal$/m);
  });

  test('the statistics of HAProxy', () => {
    expect(bash('curl http://localhost:9999/stats | grep -E "ml-base-.*UP|DOWN"')).toMatch(/ml-base-1.*UP/);
  });

  test('both lines of each replica are UP: the second is there for when the first fails', () => {
    // Server's name and status of `;csv`.
    const lines = bash(
      "curl -s 'http://localhost:9999/stats;csv' | cut -d, -f2,18 | grep -E '^(ml-base|embedding-service)-[0-9]'",
    );
    const replicas = names.filter((name) => /-[0-9]$/.test(name));
    const wanted = replicas.flatMap((name) => [`${name},UP`, `${name}.unobserved,UP`]);
    expect(lines.trim().split('\n').toSorted()).toEqual(wanted.toSorted());
  });

  test('each replica’s health', () => {
    for (const port of [8891, 8892, 8893]) {
      expect(JSON.parse(bash(`curl http://localhost:${port}/health`))).toMatchObject({status: 'healthy'});
    }
  });

  test('the way HAProxy balances', () => {
    const grep = 'docker exec ml-base-lb cat /usr/local/etc/haproxy/haproxy.cfg | grep balance';
    expect(bash(grep)).toMatch(/^ +balance leastconn$/m);
  });

  test('a hundred requests are spread over the replicas', async () => {
    const sessions = async () => {
      const servers = await haproxyStats(report.urls.stats ?? '', AbortSignal.timeout(5_000));
      const models = servers.filter(({backend}) => backend === 'ml-base');
      return new Map(models.map(({server, sessions: count}) => [server, count]));
    };
    const before = await sessions();
    bash(`for i in {1..100}; do
  curl -X POST http://localhost:8887/embed \\
    -H "Content-Type: application/json" \\
    -d "{\\"texts\\": [\\"test $i\\"]}" &
done
wait`);
    const after = await sessions();
    const gained = [...after].map(([server, count]) => count - (before.get(server) ?? Number.NaN));
    const all = gained.reduce((sum, count) => sum + count, 0);
    expect(gained).toHaveLength(3);
    expect(all).toBeGreaterThanOrEqual(100);
    for (const count of gained) expect(count / all).toBeGreaterThan(0.2);
  });
});
