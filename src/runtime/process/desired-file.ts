import {z} from 'zod';
import type {ProcessSpec} from '../../render/process-spec.js';
import {type JsonFile, readJsonFile, requireJson, writeJsonFile} from '../../system/files/json-file.js';
import type {StackFolder} from '../stack-folder.js';

const specSchema: z.ZodType<ProcessSpec> = z.object({
  // It names files and is a mark in an environment: nothing that could leave the folder.
  name: z.string().regex(/^[A-Za-z0-9][\w.-]*$/),
  service: z.string(),
  role: z.string(),
  url: z.string(),
  program: z.string().min(1),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  // Absent in what an earlier version wrote.
  ports: z.array(z.int()).default([]),
  leansOnPort: z.int().exactOptional(),
  probeUrl: z.url({protocol: /^http$/}),
  probeSocket: z.string().exactOptional(),
  stopGraceMs: z.number().nonnegative(),
  startDeadlineMs: z.number().positive(),
  stopSignal: z.enum(['SIGTERM', 'SIGUSR1']),
  reload: z.object({signal: z.literal('SIGUSR2'), digest: z.string()}).exactOptional(),
  artifact: z.string().exactOptional(),
});

const desiredSchema = z.object({
  schemaVersion: z.literal(1),
  /** Grows with every write, also past a file that was lost. */
  generation: z.int().nonnegative(),
  action: z.enum(['run', 'down']),
  /** In start order. */
  instances: z.array(z.object({spec: specSchema, wanted: z.enum(['running', 'stopped'])})),
});
/** What commands want of the stack; only they write it, only the supervisor acts on it. */
export type Desired = z.infer<typeof desiredSchema>;

const damagedCure = [
  'run `sutra deploy` with the same flags: it rewrites the file and keeps the services running',
  'or `sutra stop`, which finds them without it',
];

/** What commands have written down, whatever state the file is in. */
export function lookAtDesired(folder: StackFolder): JsonFile<Desired> {
  return readJsonFile(folder.desired, desiredSchema);
}

/** Null when nothing is wanted here. Throws STATE when the file is damaged. */
export function readDesired(folder: StackFolder): Desired | null {
  return requireJson(folder.desired, lookAtDesired(folder), damagedCure);
}

/** Writes what is wanted from now on and returns its generation. */
export function writeDesired(folder: StackFolder, desired: Pick<Desired, 'action' | 'instances'>): number {
  const previous = readDesiredOrNull(folder)?.generation ?? 0;
  const generation = Math.max(previous + 1, Date.now());
  writeJsonFile(folder.desired, desiredSchema.parse({schemaVersion: 1, generation, ...desired}));
  return generation;
}

/** As `readDesired`, for those who can do without: null also when the file is damaged. */
export function readDesiredOrNull(folder: StackFolder): Desired | null {
  const found = lookAtDesired(folder);
  return found.state === 'whole' ? found.value : null;
}
