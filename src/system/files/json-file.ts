import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {writeOwnFile} from './own-files.js';
import {readRegular} from './read-regular.js';

/** What came of reading a file of JSON; `problem` completes the sentence "the file …". */
export type JsonFile<T> = {state: 'gone'} | {state: 'whole'; value: T} | {state: 'damaged'; problem: string};

/** Reads a file that only sutra writes. Never throws. */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>): JsonFile<T> {
  const found = readRegular(path);
  if (found.state !== 'read') return found;
  const {text} = found;
  if (text.trim() === '') return {state: 'damaged', problem: 'is empty'};
  const json = parseJson(text);
  if (json === undefined) return {state: 'damaged', problem: 'is cut off or is not JSON'};
  const parsed = schema.safeParse(json);
  if (parsed.success) return {state: 'whole', value: parsed.data};
  return {state: 'damaged', problem: otherVersion(json, parsed.error) ?? 'does not hold what sutra writes there'};
}

/** The value; null when there is no file. Throws STATE, with the cure, when it is damaged. */
export function requireJson<T>(path: string, found: JsonFile<T>, cure: string[]): T | null {
  if (found.state === 'gone') return null;
  if (found.state === 'whole') return found.value;
  throw new SutraError('STATE', `${path} ${found.problem}`, {cure});
}

/** Replaces a file of a stack as a whole, for its owner alone unless told otherwise. Throws NO_SPACE, PERMISSION, STATE. */
export function writeJsonFile(path: string, value: unknown, mode = 0o600): void {
  writeOwnFile(path, `${JSON.stringify(value, null, 2)}\n`, mode);
}

const versionSchema = z.object({schemaVersion: z.number()});

function otherVersion(json: unknown, {issues}: z.ZodError): string | null {
  const version = versionSchema.safeParse(json).data?.schemaVersion;
  if (version === undefined || !issues.some(({path}) => path[0] === 'schemaVersion')) return null;
  return `was written by another version of sutra (schemaVersion ${version})`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
