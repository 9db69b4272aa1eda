/** How the clocks of a service's process are moved; in milliseconds. */
export interface ClockMoves {
  /** The wall clock, from the start. */
  offsetMs?: number;
  /** The wall clock, with each SIGUSR2. */
  stepMs?: number;
  /** The time that passes with each SIGUSR2. */
  passMs?: number;
}

/** Variables of a service whose clocks a test moves by SIGUSR2; it says `clock moved` then. */
export function movableClock({offsetMs = 0, stepMs = 0, passMs = 0}: ClockMoves): Record<string, string> {
  return {
    NODE_OPTIONS: `--import ${new URL('moved-clock.mjs', import.meta.url).href}`,
    SUTRA_TEST_CLOCK_OFFSET_MS: String(offsetMs),
    SUTRA_TEST_CLOCK_STEP_MS: String(stepMs),
    SUTRA_TEST_PASS_MS: String(passMs),
  };
}
