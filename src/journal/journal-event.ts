import {z} from 'zod';

const instance = z.strictObject({
  pid: z.int().nullable(),
  /** Since the first start of this instance. */
  restarts: z.int().min(0),
});
const supervisor = z.strictObject({pid: z.int()});
/** Number of the deployment in the history, as `sutra rollback --list` shows it. */
const deployment = z.strictObject({plan: z.int().positive()});
const nothing = z.strictObject({});

/** Every kind of event, and what each carries. */
const eventData = {
  // An instance of the process runtime: the entity is its name.
  spawn: instance,
  restart: instance,
  /** Taken over from an earlier supervisor. */
  adopt: instance,
  reload: instance,
  healthy: instance,
  unhealthy: instance,
  stop: instance,
  kill: instance,
  crash: instance.extend({code: z.int().nullable(), signal: z.string().nullable()}),
  /** Not started again until the next deployment. */
  fail: instance,
  'supervisor-start': supervisor,
  'supervisor-end': supervisor,
  // A stack.
  up: z.strictObject({instances: z.array(z.string())}),
  down: nothing,
  deploy: deployment,
  start: deployment,
  scale: deployment,
  rollback: deployment,
  'rollout-failed': nothing,
  destroy: nothing,
  // A backup: the entity is the name of its file.
  backup: z.strictObject({entries: z.int().min(0)}),
  restore: z.strictObject({stored: z.int().min(0), expired: z.int().min(0)}),
} as const satisfies Record<string, z.ZodType>;

export type EventKind = keyof typeof eventData;

interface Said {
  /** What it happened to: an instance, a file, the stack. */
  entity: string;
  /** Why, in words. */
  cause: string;
}

/** What a writer says of each kind; time and version are the journal's. */
export type NewEvent = {
  [Kind in EventKind]: Said & {kind: Kind; data: z.infer<(typeof eventData)[Kind]>};
}[EventKind];

/** The event as it is written. Throws a ZodError where its data are not what its kind carries. */
export function eventOf({kind, entity, cause, data}: NewEvent, at: string): JournalEvent {
  return journalEventSchema.parse({schemaVersion: 1, at, kind, entity, cause, data: eventData[kind].parse(data)});
}

/** One thing that happened, as any version may have written it: a later one has kinds that this one does not know. */
export const journalEventSchema = z.object({
  schemaVersion: z.literal(1),
  at: z.iso.datetime(),
  kind: z.string().regex(/^[a-z][a-z0-9-]*$/),
  entity: z.string().min(1),
  cause: z.string(),
  data: z.record(z.string(), z.json()),
});
export type JournalEvent = z.infer<typeof journalEventSchema>;
