import {z} from 'zod';
import {SutraError} from '../../../errors.js';
import type {DrawContext, WorkloadFile, WorkloadKind} from './workload.js';
import {workloads} from './workloads.js';

/** A workload as it goes to the workers: plain data. */
export interface Workload {
  /** As it was typed. */
  text: string;
  name: string;
  parameters: Record<string, unknown>;
  file: WorkloadFile;
}

/** Parses `zipf:1.1:100000` and reads its file, where it has one. Throws USAGE. */
export async function openWorkload(text: string, signal: AbortSignal): Promise<Workload> {
  const [name = '', ...rest] = text.split(':');
  const kind = kindOf(name);
  const names = Object.keys(kind.parameters.shape);
  // The last one may hold colons itself: a path on Windows.
  const values = names.map((_, at) => (at === names.length - 1 ? rest.slice(at).join(':') : rest[at]));
  const given = names.flatMap((key, at) => (values[at] === undefined || values[at] === '' ? [] : [[key, values[at]]]));
  const parsed = kind.parameters.safeParse(Object.fromEntries(given));
  const tooMany = names.length === 0 && rest.length > 0;
  if (!parsed.success || tooMany) {
    const reason = parsed.success
      ? 'takes nothing after its name'
      : z.prettifyError(parsed.error).replaceAll('\n', ' ');
    throw new SutraError('USAGE', `--workload ${text}: ${reason}`, {cure: `${kind.usage}: ${kind.says}`});
  }
  const parameters = parsed.data;
  const file = (await kind.read?.(parameters, signal)) ?? {};
  return {text, name, parameters, file};
}

/** The texts of an opened workload, one a call. */
export function drawTexts({name, parameters, file}: Workload, context: Omit<DrawContext, 'file'>): () => string {
  return kindOf(name).draw(parameters, {...context, file});
}

function kindOf(name: string): WorkloadKind {
  const kinds: [string, WorkloadKind][] = Object.entries(workloads);
  const kind = kinds.find(([known]) => known === name)?.[1];
  if (kind !== undefined) return kind;
  throw new SutraError('USAGE', `there is no workload "${name}"`, {
    cure: Object.values(workloads).map(({usage, says}) => `${usage}: ${says}`),
  });
}
