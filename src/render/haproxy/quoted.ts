/** A word of the configuration taken as it is, spaces, hashes and dollar signs included. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
