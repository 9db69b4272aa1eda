import type {Stage} from './stages.js';

export const profileNames = ['constant', 'ramp', 'step', 'spike'] as const;
export type ProfileName = (typeof profileNames)[number];

interface Wanted {
  /** The highest of constant, ramp and step; what spike has before and after. */
  ratePerSecond: number;
  durationMs: number;
}

/** Shapes of load by name. `--stages` makes any other. */
export function profileStages(name: ProfileName, wanted: Wanted): Stage[] {
  return profiles[name](wanted);
}

const steps = 4;
const spikeFactor = 4;

const profiles: Record<ProfileName, (wanted: Wanted) => Stage[]> = {
  constant: ({ratePerSecond, durationMs}) => [hold(durationMs, ratePerSecond)],
  ramp: ({ratePerSecond, durationMs}) => [{durationMs, fromPerSecond: 0, toPerSecond: ratePerSecond}],
  step: ({ratePerSecond, durationMs}) =>
    Array.from({length: steps}, (_, step) => hold(durationMs / steps, (ratePerSecond * (step + 1)) / steps)),
  // A tenth of the time in the middle.
  spike: ({ratePerSecond, durationMs}) => [
    hold(durationMs * 0.45, ratePerSecond),
    hold(durationMs * 0.1, ratePerSecond * spikeFactor),
    hold(durationMs * 0.45, ratePerSecond),
  ],
};

function hold(durationMs: number, ratePerSecond: number): Stage {
  return {durationMs, fromPerSecond: ratePerSecond, toPerSecond: ratePerSecond};
}
