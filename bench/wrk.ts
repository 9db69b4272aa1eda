import {execFile} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export interface WrkResult {
  answers: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

/**
 * POSTs the same body over `connections` kept connections, as fast as it is answered. `$N` in the body is another number in
 * every request of every run.
 */
export async function wrk(folder: string, url: string, body: string, connections: number, seconds: number) {
  const script = join(folder, 'post.lua');
  const numbered =
    `local run, count = os.time() * 1000 + math.random(999), 0\n` +
    `request = function()\n  count = count + 1\n  return wrk.format(nil, nil, nil, (body:gsub("$N", run .. "-" .. count)))\nend\n`;
  writeFileSync(
    script,
    `local body = [==[${body}]==]\nmath.randomseed(os.time())\nwrk.method = "POST"\nwrk.body = body\n` +
      `wrk.headers["content-type"] = "application/json"\n${body.includes('$N') ? numbered : ''}`,
  );
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script, url];
  const {stdout} = await run('wrk', args);
  return readWrk(stdout);
}

/** What wrk prints under --latency. */
export function readWrk(text: string): WrkResult {
  const ms = (share: string) => {
    const [, value = 'NaN', unit = 'ms'] = new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? [];
    return Number(value) * {us: 0.001, ms: 1, s: 1000}[unit as 'us' | 'ms' | 's'];
  };
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? '0';
  const socket = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? [];
  return {
    answers: Number(/(\d+) requests in/.exec(text)?.[1] ?? 'NaN'),
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 'NaN'),
    p50Ms: ms('50'),
    p99Ms: ms('99'),
    errors: Number(bad) + socket.reduce((sum, count) => sum + Number(count), 0),
  };
}
