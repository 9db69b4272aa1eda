/** A file to write: its path below `.sutra/` and its whole text. */
export interface Artifact {
  path: string;
  text: string;
}
