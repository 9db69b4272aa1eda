import {z} from 'zod';
import {SutraError} from '../errors.js';
import {requestJson} from './http-json.js';

export interface ServerStats {
  backend: string;
  server: string;
  /** `UP`, `DOWN`, `NOLB`, `UP 1/2` … */
  status: string;
  /** Sessions sent to it so far. */
  sessions: number;
}

/** Every server line of HAProxy's statistics page. */
export async function haproxyStats(statsUrl: string, signal: AbortSignal): Promise<ServerStats[]> {
  const reply = await requestJson(`${statsUrl};json`, {schema: statsSchema, timeoutMs: 5_000, signal});
  if (reply.body === null) throw new SutraError('NETWORK', `${statsUrl};json answered ${reply.status}`);
  return reply.body.flatMap((elements) => {
    const fields = elements.filter((element) => element !== null);
    const row = new Map(fields.map(({field, value}) => [field.name, value.value]));
    // A backup line is another view of a replica that has its own line.
    if (fields[0]?.objType !== 'Server' || row.get('bck') === 1) return [];
    if (!needed.every((name) => row.has(name))) throw new SutraError('NETWORK', `${statsUrl};json is not whole`);
    return [
      {
        backend: String(row.get('pxname')),
        server: String(row.get('svname')),
        status: String(row.get('status')),
        sessions: Number(row.get('stot')),
      },
    ];
  });
}

const needed = ['pxname', 'svname', 'status', 'stot'];

const fieldSchema = z.object({
  objType: z.string(),
  field: z.object({name: z.string()}),
  value: z.object({value: z.union([z.string(), z.number()])}),
});

// While servers change, HAProxy was seen to write an element that is no field.
const statsSchema = z.array(z.array(fieldSchema.nullable().catch(null)));
