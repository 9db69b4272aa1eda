/** A word of the configuration taken as it is, spaces, hashes and dollar signs included. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The same, without quotation marks where none are needed. */
export function word(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : quoted(text);
}
