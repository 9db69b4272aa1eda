import type {Runtime} from '../runtime/runtime.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {instanceVersions} from './instance-versions.js';
import {reportStack, type ServiceReport, type StackReport} from './stack-report.js';

/** One instance with what it takes now; null where it does not run or cannot be seen. */
export interface LiveService extends ServiceReport {
  /** Of one core: 150 is one and a half. */
  cpuPercent: number | null;
  memoryBytes: number | null;
  version: string | null;
}

export interface LiveReport extends StackReport {
  services: LiveService[];
  keeper: string;
}

/** A stack as it is at this moment: what runs, how it is, what it takes. */
export async function reportLive(system: System, runtime: Runtime, plan: Plan): Promise<LiveReport> {
  const [status, usage, versions] = await Promise.all([
    runtime.status(),
    runtime.usage(system.signal),
    instanceVersions(plan, system.signal),
  ]);
  const report = reportStack(plan, status, system.clock.nowMs());
  const services = report.services.map((service) => {
    const {cpuPercent = null, memoryBytes = null} = usage.find(({name}) => name === service.name) ?? {};
    return {...service, cpuPercent, memoryBytes, version: versions.get(service.name) ?? null};
  });
  return {...report, services, keeper: status.keeper.state};
}
