import type {z} from 'zod';
import {SutraError} from '../../../errors.js';
import {nearestName} from '../../../nearest-name.js';
import type {DrawContext, WorkloadFile, WorkloadKind} from './workload.js';
import {workloads} from './workloads.js';

/** A workload as it was typed, checked. */
export interface WorkloadChoice {
  text: string;
  name: string;
  parameters: Record<string, unknown>;
}

/** The same with its file, as it goes to the workers: plain data. */
export interface Workload extends WorkloadChoice {
  file: WorkloadFile;
}

/** Parses `zipf:1.1:100000`. Throws USAGE. */
export function parseWorkload(text: string): WorkloadChoice {
  const [name = '', ...rest] = text.split(':');
  const kind = kindOf(name);
  const names = Object.keys(kind.parameters.shape);
  // The last one may hold colons itself: a path on Windows.
  const values = names.map((_, at) => (at === names.length - 1 ? rest.slice(at).join(':') : rest[at]));
  const given = names.flatMap((key, at) => (values[at] === undefined || values[at] === '' ? [] : [[key, values[at]]]));
  const parsed = kind.parameters.safeParse(Object.fromEntries(given));
  const tooMany = names.length === 0 && rest.length > 0;
  if (parsed.success && !tooMany) return {text, name, parameters: parsed.data};
  const issues = parsed.success
    ? ['takes no parameters']
    : parsed.error.issues.map((issue) => describe(issue, Object.fromEntries(given)));
  throw new SutraError('USAGE', `--workload ${text}: ${issues.join('; ')}`, {cure: `${kind.usage}: ${kind.says}`});
}

/** A command of several runs reads once: standard input has no second time, and a file may change meanwhile. */
const opened = new WeakMap<WorkloadChoice, Promise<WorkloadFile>>();

/** Reads the file of a workload that has one, once for each choice. Throws USAGE with the line that is wrong. */
export async function openWorkload(choice: WorkloadChoice, signal: AbortSignal): Promise<Workload> {
  const file = opened.get(choice) ?? Promise.resolve(kindOf(choice.name).read?.(choice.parameters, signal) ?? {});
  opened.set(choice, file);
  return {...choice, file: await file};
}

/** In the reader's words, by the names of `usage`. */
function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = issue.path.join('.');
  const value = given[name];
  if (value === undefined) return `${name.toUpperCase()} is missing`;
  return `${name.toUpperCase()} "${value}" ${wrongWith(issue)}`;
}

function wrongWith(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small')
    return `must be ${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return issue.code === 'invalid_type' && issue.expected === 'int' ? 'is not a whole number' : 'is not a number';
}

/** The texts of an opened workload, one a call. */
export function drawTexts({name, parameters, file}: Workload, context: Omit<DrawContext, 'file'>): () => string {
  return kindOf(name).draw(parameters, {...context, file});
}

function kindOf(name: string): WorkloadKind {
  const kinds: [string, WorkloadKind][] = Object.entries(workloads);
  const kind = kinds.find(([known]) => known === name)?.[1];
  if (kind !== undefined) return kind;
  const nearest = nearestName(name, Object.keys(workloads));
  const hint = nearest === null ? '' : `: did you mean ${nearest}?`;
  throw new SutraError('USAGE', `unknown workload "${name}"${hint}`, {
    cure: Object.values(workloads).map(({usage, says}) => `${usage}: ${says}`),
  });
}
