/**
 * A text that tells what to type, with the command as it was typed: the launcher of a checkout, `./sutra`, is not on the
 * PATH. It says so in SUTRA_COMMAND.
 */
export function asTyped(text: string, command = process.env.SUTRA_COMMAND ?? ''): string {
  return command === '' ? text : text.replace(/(?<![\w./-])sutra(?= [a-z])/g, () => command);
}
