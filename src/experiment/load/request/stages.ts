/** A stretch of the schedule in which the rate goes in a straight line from one value to another. */
export interface Stage {
  durationMs: number;
  fromPerSecond: number;
  toPerSecond: number;
}

/** Requests due in the first `elapsedMs`: the integral of the rate. */
export function arrivalsUntil(stages: readonly Stage[], elapsedMs: number): number {
  let arrivals = 0;
  let left = elapsedMs;
  for (const stage of stages) {
    if (left <= 0) break;
    const seconds = Math.min(left, stage.durationMs) / 1_000;
    const slope = slopeOf(stage);
    arrivals += stage.fromPerSecond * seconds + (slope * seconds * seconds) / 2;
    left -= stage.durationMs;
  }
  return arrivals;
}

/** When the integral of the rate reaches `arrivals`, in milliseconds from the start; infinite when it never does. */
export function timeOfArrival(stages: readonly Stage[], arrivals: number): number {
  let startMs = 0;
  let left = arrivals;
  for (const stage of stages) {
    const inStage = ((stage.fromPerSecond + stage.toPerSecond) / 2) * (stage.durationMs / 1_000);
    if (left < inStage) return startMs + timeWithin(stage, left);
    left -= inStage;
    startMs += stage.durationMs;
  }
  return Number.POSITIVE_INFINITY;
}

export function totalMs(stages: readonly Stage[]): number {
  return stages.reduce((sum, {durationMs}) => sum + durationMs, 0);
}

/** Solves from·t + slope·t²/2 = arrivals for t, in the form that stays exact where the slope is near zero. */
function timeWithin(stage: Stage, arrivals: number): number {
  if (arrivals <= 0) return 0;
  const root = Math.sqrt(Math.max(0, stage.fromPerSecond ** 2 + 2 * slopeOf(stage) * arrivals));
  return (2_000 * arrivals) / (stage.fromPerSecond + root);
}

/** Requests a second, a second. */
function slopeOf({fromPerSecond, toPerSecond, durationMs}: Stage): number {
  return (toPerSecond - fromPerSecond) / (durationMs / 1_000);
}
