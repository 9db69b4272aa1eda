import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {readJournal} from '../../../src/journal/read-journal.js';
import type {ProcessSpec} from '../../../src/render/process-spec.js';
import {processStack} from '../../../src/runtime/process/process-stack.js';
import {nodeSystem, realClock} from '../../../src/system/node-system.js';
import {processesWith} from '../../../src/system/process/process-table.js';
import type {Clock} from '../../../src/system/system.js';
import {leasePorts} from '../../support/ports.js';

// A service in a few lines. Its environment says how it misbehaves.
const program = `
import {createServer} from 'node:http';
import {existsSync, appendFileSync} from 'node:fs';
import {spawn} from 'node:child_process';
const {PORT, NOTES, LOADING_MS = '0', EXIT_AT_START, IGNORE_TERM, ONLY_WHILE, CHILD, GREETING = ''} = process.env;
const note = (text) => appendFileSync(NOTES, process.env.SUTRA_INSTANCE + ' ' + process.pid + ' ' + text + '\\n');
note('start');
console.log('hello ' + GREETING + ' from ' + process.env.SUTRA_INSTANCE);
if (EXIT_AT_START) { console.error('no such library'); process.exit(3); }
if (ONLY_WHILE && !existsSync(ONLY_WHILE)) process.exit(4);
if (CHILD) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore'});
const began = Date.now();
process.on('SIGTERM', () => { note('term'); if (!IGNORE_TERM) process.exit(0); });
process.on('SIGUSR2', () => note('reload'));
createServer((request, response) => {
  if (request.url === '/crash') process.exit(1);
  response.statusCode = Date.now() - began < Number(LOADING_MS) ? 503 : 200;
  response.end(String(process.pid));
}).listen(Number(PORT), '127.0.0.1');
`;

const longestPauseMs = 20;

/** The commands' clock: they look again soon, and so much time passes as a test says. */
function eagerClock(): Clock & {pass(milliseconds: number): void} {
  let passedMs = 0;
  return {
    nowMs: () => realClock.nowMs() + passedMs,
    sleep: (milliseconds, signal) => realClock.sleep(Math.min(milliseconds, longestPauseMs), signal),
    pass: (milliseconds) => {
      passedMs += milliseconds;
    },
  };
}

/** A stack of tiny real services in a folder of its own, ended and removed when the test ends. */
export async function stackUnderTest() {
  const firstPort = await leasePorts();
  const cwd = mkdtempSync(join(tmpdir(), 'sutra-process-'));
  const stateFolder = join(cwd, '.sutra');
  const notes = join(cwd, 'notes.txt');
  const script = join(cwd, 'service.mjs');
  writeFileSync(script, program);
  writeFileSync(notes, '');
  const clock = eagerClock();
  const system = {...nodeSystem(new AbortController().signal), cwd, clock};
  const stack = processStack(system, {stateFolder});
  onTestFinished(async () => {
    await stack.down(AbortSignal.timeout(25_000));
    for (const {identity} of processesWith('SUTRA_STACK', stateFolder)) process.kill(identity.pid, 'SIGKILL');
    rmSync(cwd, {recursive: true, force: true});
  }, 30_000);

  const spec = (name: string, index: number, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
    name,
    service: name.replace(/-\d+$/, ''),
    role: 'model',
    url: `http://127.0.0.1:${firstPort + index}`,
    program: process.execPath,
    args: [script],
    ports: [firstPort + index],
    probeUrl: `http://127.0.0.1:${firstPort + index}/health`,
    stopGraceMs: 3_000,
    startDeadlineMs: 20_000,
    stopSignal: 'SIGTERM',
    ...more,
    env: {PORT: String(firstPort + index), NOTES: notes, ...more.env},
  });

  return {
    cwd,
    /** Of the service with index 0; the others follow it. */
    port: firstPort,
    stateFolder,
    system,
    clock,
    stack,
    spec,
    /** What the services have noted: `<instance> <pid> <what>`. */
    notes: (what: string) =>
      readFileSync(notes, 'utf8')
        .split('\n')
        .map((line) => line.split(' '))
        .flatMap(([instance, pid, noted]) => (noted === what ? [{instance: instance ?? '', pid: Number(pid)}] : [])),
    up: (specs: ProcessSpec[]) => stack.reconcile(specs, {signal: AbortSignal.timeout(25_000)}),
    down: () => stack.down(AbortSignal.timeout(25_000)),
    pids: async () => new Map((await stack.status()).instances.map(({name, pid}) => [name, pid])),
    events: () => readJournal(join(stateFolder, 'journal.jsonl')).events,
    /** Of the stack, by the mark they carry: services, their children, supervisors. */
    processes: () => processesWith('SUTRA_STACK', stateFolder),
    runFiles: () => readdirSync(stateFolder).filter((name) => name === 'run'),
  };
}

export async function supervisorPid(stack: {status(): Promise<{keeper: {pid: number | null}}>}): Promise<number> {
  const {keeper} = await stack.status();
  if (keeper.pid === null) throw new Error('no supervisor');
  return keeper.pid;
}

export async function answerOf(url: string): Promise<string> {
  const response = await fetch(url, {headers: {connection: 'close'}});
  return await response.text();
}

/** Waits until `check` gives something else than false or undefined. */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs = 20_000): Promise<NonNullable<T>> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== false && value !== undefined && value !== null) return value;
    if (performance.now() > untilMs) throw new Error(`not within ${timeoutMs} ms`);
    await realClock.sleep(longestPauseMs);
  }
}
