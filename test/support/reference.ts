import {markdownTable} from '../../src/report/markdown-table.js';
import type {ManifestCommand, ManifestFlag} from './manifest.js';

const intro = `# Command reference

Generated from the commands themselves; \`npx vitest run --project unit test/house.test.ts -u\` updates it after a build.
[settings.md](settings.md) lists the variables and \`sutra.yaml\` keys behind the flags of \`deploy\`.

Every command also takes \`--json\`, \`--folder DIR\` and \`--help\`.
`;

const globalGroup = 'GLOBAL';

/** Returns `docs/reference.md`: every command with its arguments, flags and examples. */
export function reference(commands: readonly ManifestCommand[]): string {
  return [intro, ...commands.map(section)].join('\n');
}

function section({id, aliases = [], summary, description, args, flags, examples = []}: ManifestCommand): string {
  const own = Object.values(flags)
    .filter(({helpGroup}) => helpGroup !== globalGroup)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const argumentRows = Object.values(args).map((arg) => [
    `\`${arg.required === true ? arg.name.toUpperCase() : `[${arg.name.toUpperCase()}]`}\``,
    described(arg.description, arg.options),
  ]);
  const parts = [
    `## sutra ${typed(id)}`,
    ...[summary, description].filter((text) => text !== undefined).map(sentence),
    ...aliases.map((alias) => `Alias: \`sutra ${typed(alias)}\`.`),
    argumentRows.length === 0 ? '' : markdownTable(['argument', 'description'], argumentRows),
    own.length === 0 ? '' : markdownTable(['flag', 'description', 'default'], own.map(flagRow)),
    examples.length === 0 ? '' : `\`\`\`sh\n${examples.join('\n').replaceAll('<%= config.bin %>', 'sutra')}\n\`\`\``,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** `cache:warm` is typed `cache warm`. */
const typed = (id: string) => id.replaceAll(':', ' ');

function sentence(text: string): string {
  const line = text.replaceAll('\n', ' ');
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${line.endsWith('.') ? '' : '.'}`;
}

function flagRow(flag: ManifestFlag): string[] {
  const short = flag.char === undefined ? '' : `\`-${flag.char}\`, `;
  const no = flag.allowNo === true ? `, \`--no-${flag.name}\`` : '';
  const value = flag.type === 'boolean' || flag.helpValue === undefined ? '' : ` ${flag.helpValue}`;
  const required = flag.required === true ? ' (required)' : '';
  // A default that the code applies, not the parser, is in the description.
  const [, text = flag.description, applied] = /^(.*) \(default (.*)\)$/.exec(flag.description ?? '') ?? [];
  const parsed = flag.type === 'boolean' ? undefined : flag.default;
  return [
    `${short}\`--${flag.name}${value}\`${no}${required}`,
    described(text, flag.options),
    `${applied ?? parsed ?? ''}`,
  ];
}

function described(description = '', options: readonly string[] = []): string {
  return options.length === 0 ? description : `${description}: ${options.map((option) => `\`${option}\``).join(', ')}`;
}
