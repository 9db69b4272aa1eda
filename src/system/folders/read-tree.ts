import {createReadStream} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';

export interface TreePiece {
  path: string;
  /** A file, or a piece of a large one, as Latin-1: a byte is a character. */
  text: string;
}

export interface TreeChoice {
  /** Names of entries of the folder itself that are left out. */
  except?: string[];
  /** Of files, wherever they are. */
  only?: (name: string) => boolean;
}

const pieceBytes = 1024 * 1024;
/** The end of a piece comes again before the next, so that nothing is cut in two. */
const overlapCharacters = 1024;

/** Every file below a folder, links not followed, in pieces. A file that goes away meanwhile is left out. */
export async function* readTree(
  folder: string,
  {except = [], only = () => true}: TreeChoice,
): AsyncGenerator<TreePiece> {
  for (const entry of await readdir(folder, {withFileTypes: true})) {
    const path = join(folder, entry.name);
    if (except.includes(entry.name)) continue;
    if (entry.isDirectory()) yield* readTree(path, {only});
    else if (entry.isFile() && only(entry.name)) yield* piecesOf(path);
  }
}

async function* piecesOf(path: string): AsyncGenerator<TreePiece> {
  let before = '';
  try {
    for await (const chunk of createReadStream(path, {encoding: 'latin1', highWaterMark: pieceBytes})) {
      const text = before + String(chunk);
      yield {path, text};
      before = text.slice(-overlapCharacters);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
