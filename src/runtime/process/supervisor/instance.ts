import type {ChildProcess} from 'node:child_process';
import type {ProcessSpec} from '../../../render/process-spec.js';
import {isAlive, signalGroup, signalProcess} from '../../../system/process/process-identity.js';
import type {InstanceState} from '../../runtime.js';
import {findInstance, sweepInstance} from '../adoption.js';
import {processDigest} from '../process-digest.js';
import type {InstanceRecord, Running} from '../state-file.js';
import {crashCause, lateCause} from './end-cause.js';
import {HealthWatch} from './health-watch.js';
import type {InstanceWorld, Turn, Wanted} from './instance-world.js';
import {launch} from './launch.js';
import {isSocketLost, probeOf} from './probe-of.js';
import {StartTrials} from './start-trials.js';
import type {Standing} from './turn.js';

const killAgainMs = 1_000;

/** One process of the stack, kept as wanted. It is driven by `step`, which never waits. Times are monotonic. */
export class Instance {
  spec: ProcessSpec;
  wanted: Wanted = 'running';
  readonly #world: InstanceWorld;
  #digest: string;
  #state: InstanceState = 'stopped';
  #running: Running | null = null;
  /** Set while it is the child of this very process; an adopted one is watched by its pid. */
  #child: ChildProcess | null = null;
  #ending: {cause: string; failure: boolean; killAtMs: number} | null = null;
  readonly #health = new HealthWatch();
  readonly #trials = new StartTrials();
  #restarts = 0;
  #lastExit: InstanceRecord['lastExit'] = null;
  #problem: string | null = null;

  constructor(world: InstanceWorld, spec: ProcessSpec) {
    this.#world = world;
    this.spec = spec;
    this.#digest = processDigest(spec);
  }

  /** Whether it runs and was started by an earlier supervisor, or a command that was killed. */
  get #adopted(): boolean {
    return this.#child === null && this.#running !== null;
  }

  get hasProcess(): boolean {
    return this.#running !== null || this.#child !== null;
  }

  record(): InstanceRecord {
    const {name, service, role, url} = this.spec;
    const [state, running, restarts] = [this.#state, this.#running, this.#restarts];
    return {name, service, role, url, state, running, restarts, lastExit: this.#lastExit, problem: this.#problem};
  }

  standing(): Standing {
    const runningArtifact = this.#running?.artifact ?? null;
    return {
      name: this.spec.name,
      service: this.spec.service,
      artifact: this.spec.artifact ?? null,
      runningArtifact,
      stage: this.#stage(),
      serving: this.#state === 'healthy' && this.#ending === null,
      wanted: this.wanted === 'running',
      surplus: this.wanted === 'surplus',
      failed: this.#state === 'failed',
      ports: this.spec.ports,
      leansOnPort: this.spec.leansOnPort ?? null,
      heldPorts: this.#running?.ports ?? [],
    };
  }

  #stage(): Standing['stage'] {
    if (!this.hasProcess) return 'down';
    if (this.#ending !== null) return 'ending';
    if (this.#state === 'starting') return 'starting';
    return this.#running !== null && this.#running.digest !== this.#digest ? 'outdated' : 'current';
  }

  /** Its history, as an earlier supervisor wrote it down. */
  remember({restarts, lastExit}: InstanceRecord): void {
    this.#restarts = restarts;
    this.#lastExit = lastExit;
  }

  /** Takes on a process that an earlier supervisor started. */
  adopt(running: Running, past: InstanceRecord | undefined, nowMs: number): void {
    const known = past?.running?.identity.startKey === running.identity.startKey;
    this.#running = running;
    this.#trials.proven = known && (past?.state === 'healthy' || past?.state === 'unhealthy');
    if (this.#trials.proven) this.#health.resume(past?.state === 'healthy', nowMs);
    else this.#health.begin(nowMs);
    this.#state = this.#trials.proven && past !== undefined ? past.state : 'starting';
    this.#event('adopt', 'it was running when the supervisor started');
  }

  /** A new wish: what failed before is tried again, as for the first time. */
  want(spec: ProcessSpec, wanted: Wanted): void {
    this.spec = spec;
    this.wanted = wanted;
    this.#digest = processDigest(spec);
    if (this.#state === 'healthy') return;
    this.#trials.begin();
    if (this.#state === 'failed') this.#state = 'stopped';
  }

  forgive(nowMs: number): void {
    this.#health.forgive(nowMs);
  }

  step(nowMs: number, turn: Turn): void {
    if (this.#adopted && this.#running !== null && !isAlive(this.#running.identity)) this.#ended(null, null, nowMs);
    if (this.#ending !== null) this.#pressOn(nowMs);
    else if (this.wanted === 'stopped' || this.wanted === 'gone') this.#keepDown(nowMs);
    else if (this.wanted === 'running') this.#keepUp(nowMs, turn);
    else if (this.wanted === 'surplus') this.#letGo(nowMs, turn);
  }

  #keepUp(nowMs: number, turn: Turn): void {
    if (this.hasProcess) this.#watch(nowMs, turn);
    else if (this.#state !== 'failed' && this.#trials.due(nowMs) && turn.mayStart()) this.#start(nowMs);
  }

  #keepDown(nowMs: number): void {
    if (this.hasProcess) this.#end(this.wanted === 'gone' ? 'no longer wanted' : 'stopped by hand', nowMs);
    else this.#state = 'stopped';
  }

  #letGo(nowMs: number, turn: Turn): void {
    if (!this.hasProcess) this.#state = 'stopped';
    else if (turn.mayEnd()) this.#end('no longer wanted', nowMs);
  }

  #start(nowMs: number): void {
    const orphan = findInstance(this.#world.folder, this.spec);
    if (orphan !== null) {
      this.adopt(orphan, this.record(), nowMs);
      return;
    }
    try {
      this.#launch(nowMs);
    } catch (error) {
      this.#failed(`it could not be started: ${String(error)}`, nowMs);
    }
  }

  #launch(nowMs: number): void {
    const {again} = this.#trials;
    if (again) this.#restarts += 1;
    this.#health.begin(nowMs);
    const {child, running} = launch(this.#world.folder, this.spec);
    this.#child = child;
    this.#running = running;
    this.#state = 'starting';
    const end = (code: number | null, signal: string | null): void => {
      if (this.#child === child) this.#ended(code, signal, performance.now());
    };
    child.once('exit', end);
    child.once('error', () => child.pid === undefined && end(null, null));
    this.#event(again ? 'restart' : 'spawn', again ? (this.#problem ?? 'it had ended') : 'wanted and not running');
  }

  #watch(nowMs: number, turn: Turn): void {
    const running = this.#running;
    if (running === null) return;
    this.#health.probe(probeOf(running, this.spec), nowMs, this.#world.wake);
    this.#judge(nowMs);
    if (this.#ending === null) this.#renew(running, nowMs, turn);
  }

  /** Ends what cannot go on as it is, to be started anew, or has it read its files again. */
  #renew(running: Running, nowMs: number, turn: Turn): void {
    if (this.#adopted && this.#state === 'starting' && isSocketLost(this.spec)) {
      // It serves, but nothing can ask it any more, and nothing could reload it.
      if (turn.mayEnd()) this.#end('its sockets are gone', nowMs);
    } else if (running.digest !== this.#digest) {
      if (turn.mayEnd()) this.#end('its settings changed', nowMs);
    } else if (running.reloadDigest !== (this.spec.reload?.digest ?? null)) {
      if (turn.mayReload() && !isSocketLost(this.spec)) this.#reload(running, nowMs);
      else if (turn.mayEnd()) this.#end('its ports change hands, or its sockets are gone', nowMs);
    }
  }

  #judge(nowMs: number): void {
    const verdict = this.#health.judge(this.spec.startDeadlineMs, nowMs);
    if (verdict === 'late')
      this.#giveUpOn(
        this.#trials.proven || this.#adopted ? 'it did not serve for too long' : lateCause(this.spec),
        nowMs,
      );
    else if (verdict === 'hung') this.#giveUpOn('it did not answer any more', nowMs);
    else this.#turn(verdict, nowMs);
  }

  #turn(verdict: 'starting' | 'healthy' | 'unhealthy', nowMs: number): void {
    if (verdict !== this.#state && verdict !== 'starting') {
      this.#event(verdict, verdict === 'healthy' ? 'its probe answers 200' : 'its probe fails');
    }
    this.#state = verdict;
    this.#trials.serves(verdict === 'healthy', nowMs);
    if (verdict === 'healthy') this.#problem = null;
  }

  #reload(running: Running, nowMs: number): void {
    const {reload} = this.spec;
    running.reloadDigest = reload?.digest ?? null;
    running.ports = this.spec.ports;
    if (reload === undefined) return;
    signalProcess(running.identity, reload.signal);
    this.#health.beginAgain(nowMs);
    this.#state = 'starting';
    this.#event('reload', 'its files changed');
  }

  /** The polite end: the stop signal now, SIGKILL after the grace. */
  #end(cause: string, nowMs: number): void {
    const running = this.#running;
    if (running === null) return;
    this.#event('stop', cause);
    this.#ending = {cause, failure: false, killAtMs: nowMs + running.stopGraceMs};
    this.#state = 'stopping';
    signalProcess(running.identity, running.stopSignal);
    // A process that stands still takes no signal until it goes on.
    signalProcess(running.identity, 'SIGCONT');
  }

  #giveUpOn(cause: string, nowMs: number): void {
    this.#ending = {cause, failure: true, killAtMs: nowMs};
    this.#pressOn(nowMs);
  }

  #pressOn(nowMs: number): void {
    if (this.#ending === null || this.#running === null || nowMs < this.#ending.killAtMs) return;
    this.#ending.killAtMs = nowMs + killAgainMs;
    this.#event('kill', this.#ending.failure ? this.#ending.cause : 'it did not end within its grace');
    signalGroup(this.#running.identity, 'SIGKILL');
  }

  #ended(code: number | null, signal: string | null, nowMs: number): void {
    const ending = this.#ending;
    const cause =
      ending === null ? crashCause(this.#world, {code, signal, started: this.#running !== null}) : ending.cause;
    this.#lastExit = {code, signal, atMs: Date.now()};
    if (ending === null) this.#event('crash', cause);
    sweepInstance(this.#world.folder, this.spec.name);
    this.#running = null;
    this.#child = null;
    this.#ending = null;
    if (ending !== null && !ending.failure) {
      this.#state = this.wanted === 'running' ? 'restarting' : 'stopped';
      this.#trials.begin();
    } else {
      this.#failed(cause, nowMs);
    }
    this.#world.wake();
  }

  #failed(cause: string, nowMs: number): void {
    this.#problem = cause;
    this.#state = this.#trials.failed(nowMs, cause === lateCause(this.spec));
    if (this.#state === 'failed') this.#event('fail', cause);
  }

  #event(kind: string, cause: string): void {
    const pid = this.#running?.identity.pid ?? this.#child?.pid ?? null;
    const last = this.#lastExit;
    const exit = kind === 'crash' && last !== null ? {code: last.code, signal: last.signal} : {};
    this.#world.record({kind, entity: this.spec.name, cause, data: {pid, restarts: this.#restarts, ...exit}});
  }
}
