import type {Runtime} from '../runtime/runtime.js';
import type {System} from '../system/system.js';
import {instanceVersions} from './instance-versions.js';
import type {StackHere} from './stack-here.js';
import {reportHead, reportServices, type ServiceReport, type StackHead} from './stack-report.js';
import {type Problem, problemsOf} from './wholeness.js';

/** One instance with what it takes now; null where it does not run or cannot be seen. */
export interface LiveService extends ServiceReport {
  /** Of one core: 150 is one and a half. */
  cpuPercent: number | null;
  memoryBytes: number | null;
  version: string | null;
}

/** Of the settings, null is what no file tells any more. */
export type LiveReport = {[Key in keyof StackHead]: StackHead[Key] | null} & {
  schemaVersion: 1;
  /** When this was seen: ISO 8601, UTC. */
  at: string;
  services: LiveService[];
  keeper: string;
  /** Every instance is healthy and watched, and every file that a later command needs is as it was written. */
  whole: boolean;
  /** Why it is not. */
  problems: Problem[];
};

/** A stack as it is at this moment: what runs, how it is, what it takes, and what is wrong with it. */
export async function reportLive(system: System, runtime: Runtime, here: StackHere): Promise<LiveReport> {
  const [status, usage, versions] = await Promise.all([
    runtime.status(),
    runtime.usage(system.signal),
    here.plan === null ? new Map<string, string>() : instanceVersions(here.plan, system.signal),
  ]);
  const nowMs = system.clock.nowMs();
  const services = reportServices(status, nowMs).map((service) => {
    const {cpuPercent = null, memoryBytes = null} = usage.find(({name}) => name === service.name) ?? {};
    const version = status.instances.find(({name}) => name === service.name)?.version;
    return {...service, cpuPercent, memoryBytes, version: version ?? versions.get(service.name) ?? null};
  });
  const problems = problemsOf(system, here, status);
  const head = here.plan === null ? {...unknownHead, runtime: here.runtime} : reportHead(here.plan);
  const seen = {at: new Date(nowMs).toISOString(), services, keeper: status.keeper.state};
  return {schemaVersion: 1, ...head, ...seen, whole: problems.length === 0, problems};
}

const unknownHead = {edition: null, topology: null, project: null, model: null, dimension: null, urls: null};
