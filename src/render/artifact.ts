import {createHash} from 'node:crypto';

/** A file to write: its path below `.sutra/` and its whole text. */
export interface Artifact {
  path: string;
  text: string;
}

/** Changes when, and only when, a path or a text does. */
export function digestOf(artifacts: Artifact[]): string {
  const hash = createHash('sha256');
  for (const {path, text} of artifacts) hash.update(`${path}\0${text}\0`);
  return hash.digest('hex');
}
