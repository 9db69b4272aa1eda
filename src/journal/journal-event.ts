import {z} from 'zod';

/** One thing that happened. Append-only: an event is never changed, a later one says otherwise. */
export const journalEventSchema = z.object({
  schemaVersion: z.literal(1),
  at: z.iso.datetime(),
  /** `spawn`, `crash`, `release-step`: what happened. */
  kind: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** What it happened to: an instance, a file, a version. */
  entity: z.string().min(1),
  /** Why, in words. */
  cause: z.string(),
  data: z.record(z.string(), z.json()),
});
export type JournalEvent = z.infer<typeof journalEventSchema>;

/** What a writer has to say; time and version are the journal's. */
export type NewEvent = Pick<JournalEvent, 'kind' | 'entity' | 'cause'> & {data?: JournalEvent['data']};
