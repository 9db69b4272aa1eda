import {oneLine} from '../../printable.js';
import {textTable} from '../../report/table.js';
import {noLimit} from '../../report/wrap.js';
import {type Paint, paint} from '../paint.js';

export interface ServiceRow {
  name: string;
  role: string;
  url: string;
  state: string;
  pid: number | null;
  restarts: number;
  uptimeSeconds: number | null;
}

/** A service with what it takes now; null where that cannot be seen. */
export interface LoadedRow extends ServiceRow {
  cpuPercent: number | null;
  memoryBytes: number | null;
  version: string | null;
}

/** The services of a stack as a table, in lines of at most `width` characters. */
export function servicesTable(services: ServiceRow[], width = noLimit): string {
  const rows = services.map((service) => [...cells(service), ...lifeCells(service)]);
  return textTable(['SERVICE', 'ROLE', 'STATE', 'URL', 'PID', 'RESTARTS', 'UP'], rows, {width, optional});
}

/** What a narrow terminal does without, the least important first. */
const optional = ['VERSION', 'ROLE', 'PID', 'RESTARTS'];

/** The same with what each takes at this moment. */
export function loadTable(services: LoadedRow[], width = noLimit): string {
  const rows = services.map((service) => {
    const {cpuPercent, memoryBytes, version} = service;
    const cpu = cpuPercent === null ? '-' : `${cpuPercent.toFixed(1)} %`;
    const memory = memoryBytes === null ? '-' : `${Math.round(memoryBytes / 1e6)} MB`;
    return [...cells(service), cpu, memory, ...lifeCells(service), version ?? '-'];
  });
  const head = ['SERVICE', 'ROLE', 'STATE', 'URL', 'PID', 'CPU', 'MEMORY', 'RESTARTS', 'UP', 'VERSION'];
  return textTable(head, rows, {width, optional});
}

function cells({name, role, state, url, pid}: ServiceRow): string[] {
  return [name, role, stateColour(state)(state), url, pid === null ? '-' : String(pid)].map(oneLine);
}

function lifeCells({restarts, uptimeSeconds}: ServiceRow): string[] {
  return [String(restarts), uptimeSeconds === null ? '-' : durationText(uptimeSeconds)];
}

/** What is wrong in one line, to stand above all else; null where the stack is whole. */
export function degradedLine(services: readonly ServiceRow[], problems: readonly {what: string}[]): string | null {
  if (problems.length === 0) return null;
  const healthy = services.filter(({state}) => state === 'healthy').length;
  const named = [...new Set(problems.map(({what}) => what))].join(', ');
  return paint.bad(oneLine(`DEGRADED: ${healthy} of ${services.length} services are healthy; see ${named}`));
}

export interface Urls {
  api: string;
  loadBalancer: string | null;
  stats: string | null;
}

/** Where the stack can be reached. */
export function urlLines({api, loadBalancer, stats}: Urls): string[] {
  const lines = [`API            ${paint.strong(oneLine(api))}`];
  if (loadBalancer !== null) lines.push(`Models         ${oneLine(loadBalancer)}`);
  if (stats !== null) lines.push(`Statistics     ${oneLine(stats)}`);
  return lines;
}

/** A first request as it is typed, with what this stack's API asks for. */
export function curlLine({urls: {api}, security: {tls, apiKeys}}: {urls: Urls; security: Access}): string {
  const words = [
    'curl',
    ...(tls === 'generated' ? ['--cacert .sutra/secrets/tls.pem'] : []),
    ...(apiKeys === null ? [] : [`-H "authorization: Bearer \${SUTRA_API_KEY%%,*}"`]),
    `${api}/embed`,
    `-d '{"texts":["hello"]}'`,
  ];
  return oneLine(words.join(' '));
}

interface Access {
  tls: string;
  apiKeys: string | null;
}

function stateColour(state: string): Paint {
  if (state === 'healthy') return paint.good;
  return state === 'stopped' || state === 'starting' ? paint.unsure : paint.bad;
}

/** 75 → `1m 15s` */
function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h ${Math.floor((seconds % 3_600) / 60)}m`;
  return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3_600)}h`;
}
