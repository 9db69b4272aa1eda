import {z} from 'zod';
import {type JsonFile, readJsonFile, writeJsonFile} from '../../system/files/json-file.js';
import {processIdentitySchema} from '../../system/process/process-identity.js';
import {instanceStates} from '../runtime.js';
import type {StackFolder} from '../stack-folder.js';

const runningSchema = z.object({
  identity: processIdentitySchema,
  /** Of the spec it was started from. */
  digest: z.string(),
  artifact: z.string().nullable(),
  /** Of the files it has read last. */
  reloadDigest: z.string().nullable(),
  /** Of the host, which it has until it ends. Absent in what an earlier version wrote. */
  ports: z.array(z.int()).default([]),
  stopSignal: z.enum(['SIGTERM', 'SIGUSR1']),
  stopGraceMs: z.number(),
  startedAtMs: z.number(),
});
/** A process that runs, with all that is needed to know it again and to end it well. */
export type Running = z.infer<typeof runningSchema>;

const instanceSchema = z.object({
  name: z.string(),
  service: z.string(),
  role: z.string(),
  url: z.string(),
  state: z.enum(instanceStates),
  running: runningSchema.nullable(),
  restarts: z.int().nonnegative(),
  lastExit: z.object({code: z.int().nullable(), signal: z.string().nullable(), atMs: z.number()}).nullable(),
  /** Why it is not healthy, in words. */
  problem: z.string().nullable(),
});
export type InstanceRecord = z.infer<typeof instanceSchema>;

const stateSchema = z.object({
  schemaVersion: z.literal(1),
  /** The generation of `desired.json` that the supervisor is working on. */
  generation: z.int().nonnegative(),
  supervisor: processIdentitySchema,
  /** In start order. */
  instances: z.array(instanceSchema),
});
/** What the supervisor last saw; only it writes it. */
export type State = z.infer<typeof stateSchema>;

/** What a supervisor has written down, whatever state the file is in. */
export function lookAtState(folder: StackFolder): JsonFile<State> {
  return readJsonFile(folder.state, stateSchema);
}

/** Null where no supervisor has written one yet, or the file is damaged: the processes carry their marks. */
export function readState(folder: StackFolder): State | null {
  const found = lookAtState(folder);
  return found.state === 'whole' ? found.value : null;
}

export function writeState(folder: StackFolder, state: State): void {
  writeJsonFile(folder.state, state);
}
