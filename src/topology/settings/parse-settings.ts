import {type Document, LineCounter, parseDocument, visit, type YAMLError} from 'yaml';
import {SutraError} from '../../errors.js';
import {describeIssue} from './describe-issue.js';
import {partialSettingsSchema, type Settings} from './settings.js';

export const settingsFile = 'sutra.yaml';

/** Reads the text of `sutra.yaml`; every mistake in it is told at once, each with its place. */
export function parseSettings(text: string, path: string): Settings {
  const content = parsedYaml(text, path) ?? {};
  const result = partialSettingsSchema.safeParse(content);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => describeIssue(issue, content));
  // One after the colon, several below it.
  const [first = ''] = problems;
  const told = problems.length === 1 ? ` ${first}` : problems.map((problem) => `\n  ${problem}`).join('');
  throw new SutraError('USAGE', `${path}:${told}`, {
    cure: '`sutra topology schema` prints what the file may hold',
  });
}

// The file has no use for aliases; a few may stand in it, and a text whose aliases unfold to gigabytes may not.
const maxAliasCount = 20;

function parsedYaml(text: string, path: string): unknown {
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, {lineCounter: lines});
    const [problem] = document.errors;
    if (problem !== undefined) throw yamlProblem(problem, path);
    refuseUnknownAliases(document, path, lines);
    return document.toJS({maxAliasCount});
  } catch (cause) {
    if (cause instanceof SutraError) throw cause;
    // Nesting without an end exhausts the parser's stack, aliases its patience.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SutraError('USAGE', `${path}: ${reason}`, {cure: 'write the settings out, without anchors', cause});
  }
}

function yamlProblem(cause: YAMLError, path: string): SutraError {
  const place = cause.linePos === undefined ? path : `${path}:${cause.linePos[0].line}:${cause.linePos[0].col}`;
  if (cause.code === 'MULTIPLE_DOCS') {
    return new SutraError('USAGE', `${place}: a second document begins here; the file must hold one`, {
      cure: 'remove the line "---", and what belongs to the other document',
      cause,
    });
  }
  return new SutraError('USAGE', `${path}: ${cause.message}`, {cure: `fix the YAML at ${place}`, cause});
}

/** `edition: *simple`: a star at the beginning of a value is YAML's own. */
function refuseUnknownAliases(document: Document, path: string, lines: LineCounter): void {
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document) !== undefined) return;
      const {line, col} = lines.linePos(node.range?.[0] ?? 0);
      const {source} = node;
      throw new SutraError(
        'USAGE',
        `${path}:${line}:${col}: *${source} refers to an anchor &${source} that is not above it`,
        {
          cure: `put the value in quotes if it begins with a star: "*${source}"`,
        },
      );
    },
  });
}
