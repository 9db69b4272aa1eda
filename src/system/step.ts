export type Say = (text: string) => void;

/** One step of a long command, with a line of its own meanwhile. `say` tells what it is at. */
export interface Step {
  title: string;
  run: (say: Say) => Promise<void>;
}
