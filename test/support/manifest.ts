import {readFile} from 'node:fs/promises';
import {z} from 'zod';

const argumentSchema = z.object({
  name: z.string(),
  description: z.string().optional(),
  required: z.boolean().optional(),
  options: z.array(z.string()).optional(),
});

const flagSchema = z.object({
  name: z.string(),
  char: z.string().optional(),
  description: z.string().optional(),
  type: z.enum(['boolean', 'option']),
  helpValue: z.string().optional(),
  helpGroup: z.string().optional(),
  options: z.array(z.string()).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  multiple: z.boolean().optional(),
  allowNo: z.boolean().optional(),
  required: z.boolean().optional(),
});
export type ManifestFlag = z.infer<typeof flagSchema>;

const commandSchema = z.object({
  id: z.string(),
  aliases: z.array(z.string()).optional(),
  summary: z.string().optional(),
  description: z.string().optional(),
  args: z.record(z.string(), argumentSchema),
  flags: z.record(z.string(), flagSchema),
  examples: z.array(z.string()).optional(),
});
export type ManifestCommand = z.infer<typeof commandSchema>;

const manifestSchema = z.object({commands: z.record(z.string(), commandSchema)});

/** Returns the commands of `oclif.manifest.json`, which the build writes, sorted by name. */
export async function manifestCommands(): Promise<ManifestCommand[]> {
  const text = await readFile(new URL('../../oclif.manifest.json', import.meta.url), 'utf8');
  const {commands} = manifestSchema.parse(JSON.parse(text));
  return Object.values(commands).sort((a, b) => (a.id < b.id ? -1 : 1));
}
