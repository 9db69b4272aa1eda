export type Say = (text: string) => void;

/** One thing a deployment does, with a line of its own while it does it. */
export interface DeployStep {
  title: string;
  run: (say: Say) => Promise<void>;
}
