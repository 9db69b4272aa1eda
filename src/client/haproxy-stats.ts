import {z} from 'zod';
import {SutraError} from '../errors.js';
import {requestJson} from '../system/http/http-json.js';

export interface ServerStats {
  backend: string;
  server: string;
  /** `UP`, `DOWN`, `NOLB`, `UP 1/2`, `UP, but its second line is DOWN` … */
  status: string;
  /** Sessions sent to it so far. */
  sessions: number;
}

/** The replicas that HAProxy's statistics page lists. One is UP when both its lines are: the second is there for when the first fails. */
export async function haproxyStats(statsUrl: string, signal: AbortSignal): Promise<ServerStats[]> {
  const reply = await requestJson(`${statsUrl};json`, {schema: statsSchema, timeoutMs: 5_000, signal});
  if (reply.body === null) throw new SutraError('NETWORK', `${statsUrl};json answered ${reply.status}`);
  const lines = reply.body.flatMap((elements) => {
    const fields = elements.filter((element) => element !== null);
    if (fields[0]?.objType !== 'Server') return [];
    const row = new Map(fields.map(({field, value}) => [field.name, value.value]));
    if (!needed.every((name) => row.has(name))) throw new SutraError('NETWORK', `${statsUrl};json is incomplete`);
    return [
      {
        backend: String(row.get('pxname')),
        server: String(row.get('svname')),
        status: String(row.get('status')),
        sessions: Number(row.get('stot')),
        isSecond: row.get('bck') === 1,
      },
    ];
  });
  const seconds = lines.filter(({isSecond}) => isSecond);
  return lines
    .filter(({isSecond}) => !isSecond)
    .map(({isSecond: _, ...first}) => {
      const second = seconds.find(({backend, server}) => backend === first.backend && isOf(server, first.server));
      return {...first, status: statusOfBoth(first.status, second?.status ?? 'UP')};
    });
}

/** `ml-base-1.unobserved` is the second line of `ml-base-1`. */
function isOf(second: string, server: string): boolean {
  return second.startsWith(`${server}.`);
}

function statusOfBoth(first: string, second: string): string {
  return first === 'UP' && second !== 'UP' ? `UP, but its second line is ${second}` : first;
}

const needed = ['pxname', 'svname', 'status', 'stot', 'bck'];

const fieldSchema = z.object({
  objType: z.string(),
  field: z.object({name: z.string()}),
  value: z.object({value: z.union([z.string(), z.number()])}),
});

// While servers change, HAProxy was seen to write an element that is no field.
const statsSchema = z.array(z.array(fieldSchema.nullable().catch(null)));
