import type {ChildProcess} from 'node:child_process';
import type {ProcessSpec} from '../../../render/process-spec.js';
import {isAlive, signalProcess} from '../../../system/process/process-identity.js';
import type {InstanceState} from '../../runtime.js';
import {findInstance, sweepInstance} from '../adoption.js';
import {processDigest} from '../process-digest.js';
import type {InstanceRecord, Running} from '../state-file.js';
import {crashCause, lateCause} from './end-cause.js';
import {Ending} from './ending.js';
import {HealthWatch} from './health-watch.js';
import {InstanceHistory} from './instance-history.js';
import type {InstanceEvent, InstanceWorld, Turn, Wanted} from './instance-world.js';
import {launch} from './launch.js';
import {isSocketLost, probeOf} from './probe-of.js';
import {renewalOf} from './renewal-of.js';
import {standingOf} from './standing-of.js';
import {StartTrials} from './start-trials.js';
import type {Standing} from './turn.js';

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
  #ending: Ending | null = null;
  readonly #health = new HealthWatch();
  readonly #trials = new StartTrials();
  readonly #history: InstanceHistory;

  constructor(world: InstanceWorld, spec: ProcessSpec) {
    this.#world = world;
    this.spec = spec;
    this.#digest = processDigest(spec);
    this.#history = new InstanceHistory(world, spec.name);
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
    const {restarts, lastExit, problem} = this.#history;
    return {name, service, role, url, state: this.#state, running: this.#running, restarts, lastExit, problem};
  }

  standing(): Standing {
    const {spec, wanted, hasProcess} = this;
    const [digest, state, running] = [this.#digest, this.#state, this.#running];
    return standingOf({spec, digest, wanted, state, running, hasProcess, isEnding: this.#ending !== null});
  }

  remember(past: InstanceRecord): void {
    this.#history.resume(past);
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
    if (this.hasProcess) this.#end(this.wanted === 'gone' ? 'no longer in the plan' : 'stopped by hand', nowMs);
    else this.#state = 'stopped';
  }

  #letGo(nowMs: number, turn: Turn): void {
    if (!this.hasProcess) this.#state = 'stopped';
    else if (turn.mayEnd()) this.#end('no longer in the plan', nowMs);
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
    if (again) this.#history.restarts += 1;
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
    this.#event(
      again ? 'restart' : 'spawn',
      again ? (this.#history.problem ?? 'it had ended') : 'in the plan but not running',
    );
  }

  #watch(nowMs: number, turn: Turn): void {
    const running = this.#running;
    if (running === null) return;
    this.#health.probe(probeOf(running, this.spec), nowMs, this.#world.wake);
    this.#judge(nowMs);
    if (this.#ending === null) this.#renew(running, nowMs, turn);
  }

  #renew(running: Running, nowMs: number, turn: Turn): void {
    const isUnasked = this.#adopted && this.#state === 'starting';
    const lost = () => isSocketLost(this.spec);
    const current = {spec: this.spec, digest: this.#digest, running, isUnasked, isSocketLost: lost};
    const renewal = renewalOf(current, turn);
    if (renewal === 'reload') this.#reload(running, nowMs);
    else if (renewal !== null) this.#end(renewal.end, nowMs);
  }

  #judge(nowMs: number): void {
    const verdict = this.#health.judge(this.spec.startDeadlineMs, nowMs);
    if (verdict === 'late')
      this.#giveUpOn(
        this.#trials.proven || this.#adopted ? 'it was not ready for too long' : lateCause(this.spec),
        nowMs,
      );
    else if (verdict === 'hung') this.#giveUpOn('it stopped responding', nowMs);
    else this.#turn(verdict, nowMs);
  }

  #turn(verdict: 'starting' | 'healthy' | 'unhealthy', nowMs: number): void {
    if (verdict !== this.#state && verdict !== 'starting') {
      this.#event(verdict, verdict === 'healthy' ? 'its probe answers 200' : 'its probe fails');
    }
    this.#state = verdict;
    this.#trials.serves(verdict === 'healthy', nowMs);
    if (verdict === 'healthy') this.#history.problem = null;
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

  #end(cause: string, nowMs: number): void {
    const running = this.#running;
    if (running === null) return;
    this.#event('stop', cause);
    this.#ending = Ending.politely(running, cause, nowMs);
    this.#state = 'stopping';
  }

  #giveUpOn(cause: string, nowMs: number): void {
    this.#ending = Ending.atOnce(cause, nowMs);
    this.#pressOn(nowMs);
  }

  #pressOn(nowMs: number): void {
    if (this.#ending === null || this.#running === null || !this.#ending.press(this.#running, nowMs)) return;
    this.#event('kill', this.#ending.failure ? this.#ending.cause : 'it did not stop within its grace period');
  }

  #ended(code: number | null, signal: string | null, nowMs: number): void {
    const ending = this.#ending;
    const cause =
      ending === null ? crashCause(this.#world, {code, signal, started: this.#running !== null}) : ending.cause;
    this.#history.ended({code, signal}, ending === null ? {cause, pid: this.#pid} : null);
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
    this.#history.problem = cause;
    this.#state = this.#trials.failed(nowMs, cause === lateCause(this.spec));
    if (this.#state === 'failed') this.#event('fail', cause);
  }

  #event(kind: InstanceEvent, cause: string): void {
    this.#history.event(kind, cause, this.#pid);
  }

  get #pid(): number | null {
    return this.#running?.identity.pid ?? this.#child?.pid ?? null;
  }
}
