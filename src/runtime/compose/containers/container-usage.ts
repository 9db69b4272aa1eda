import type Docker from 'dockerode';
import type {InstanceUsage} from '../../runtime.js';
import {containersOf, isGone} from './containers.js';

export interface UsageWanted {
  docker: Docker;
  stateFolder: string;
}

/** What each container takes, over the second between the engine's two readings. */
export async function containerUsage({docker, stateFolder}: UsageWanted): Promise<InstanceUsage[]> {
  const containers = await containersOf(docker, stateFolder);
  return await Promise.all(
    containers.map(async ({id, status}) => {
      if (status.pid === null) return {name: status.name, cpuPercent: null, memoryBytes: null};
      return {name: status.name, ...(await usageOf(docker.getContainer(id)))};
    }),
  );
}

const unseen = {cpuPercent: null, memoryBytes: null};

async function usageOf(container: Docker.Container): Promise<Omit<InstanceUsage, 'name'>> {
  try {
    const stats = await container.stats({stream: false});
    return {cpuPercent: cpuPercent(stats), memoryBytes: memoryBytes(stats)};
  } catch (error) {
    if (isGone(error)) return unseen;
    throw error;
  }
}

/** Of one core: the container's share of all processor time between the readings, times the cores. */
function cpuPercent({cpu_stats: now, precpu_stats: before}: Docker.ContainerStats): number | null {
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const available = now.system_cpu_usage - (before.system_cpu_usage ?? 0);
  return available > 0 && used >= 0 ? (100 * used * now.online_cpus) / available : null;
}

/** Without the page cache that the kernel would give back, as `docker stats` counts. */
function memoryBytes({memory_stats: memory}: Docker.ContainerStats): number | null {
  if (memory.usage === undefined) return null;
  const {inactive_file: v2, total_inactive_file: v1} = (memory.stats ?? {}) as Record<string, number | undefined>;
  return memory.usage - (v2 ?? v1 ?? 0);
}
