import type {Errors} from '@oclif/core';
import {z} from 'zod';
import {nearestName} from '../../nearest-name.js';

/** What the parser refuses, in the reader's words: one line, with what was probably meant. */
export function parserMessage(error: Errors.CLIError): string {
  const unknown = unknownFlagsSchema.safeParse(error);
  if (unknown.success) return unknownFlags(unknown.data);
  // The parser appends its hint to the message; ours is a line of its own.
  const [message = error.message] = error.message.split('\nSee more help');
  return withNearestOption(needsOthers(missing(oneLine(message))));
}

/** `All of the following must be provided when using --every: --watch` */
function needsOthers(message: string): string {
  return message.replace(/^All of the following must be provided when using (--\S+): (.+)$/, '$1 needs $2');
}

/** `Missing 1 required arg:; replicas  what it is` and `Missing required flag options` */
function missing(message: string): string {
  return message
    .replace(/^Missing \d+ required args?:;? */, 'missing: ')
    .replace(/^(missing: \S+)\s{2,}/, '$1, ')
    .replace(/^Missing required flag (\S+)$/, '--$1 is missing');
}

/** The parser exports no class for it. */
const unknownFlagsSchema = z.object({
  flags: z.array(z.string()).min(1),
  parse: z.object({input: z.object({flags: z.record(z.string(), z.object({allowNo: z.boolean().optional()}))})}),
});

function unknownFlags({flags, parse}: z.infer<typeof unknownFlagsSchema>): string {
  const known = Object.entries(parse.input.flags).flatMap(([name, {allowNo}]) =>
    allowNo === true ? [`--${name}`, `--no-${name}`] : [`--${name}`],
  );
  return flags.map((flag) => `unknown flag ${withNearest(flag.split('=')[0] ?? flag, known)}`).join('; ');
}

/** `Expected --edition=simpel to be one of: simple, community` */
function withNearestOption(message: string): string {
  const [, what, options] = /^Expected (.*) to be one of: (.*)$/s.exec(message) ?? [];
  if (what === undefined || options === undefined) return message;
  const [, value = what] = /^--[^=]+=(.*)$/s.exec(what) ?? [];
  const nearest = nearestName(value, options.split(', '));
  return nearest === null
    ? `${what} is not one of ${options}`
    : `${what} is not one of ${options}; did you mean ${nearest}?`;
}

function withNearest(typed: string, known: readonly string[]): string {
  const bare = (flag: string) => flag.replace(/^--/, '');
  const nearest = nearestName(bare(typed), known.map(bare));
  return nearest === null ? typed : `${typed}; did you mean --${nearest}?`;
}

/** The parser's messages have a heading and go on in the next line. */
function oneLine(message: string): string {
  return message
    .trim()
    .replace(/^Parsing (--\S+) *\n\s*Expected/, '$1: expected')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/\s*\n\s*/g, '; ');
}
