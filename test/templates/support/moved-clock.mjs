// Loaded before a service in each of its threads: the clocks of that process alone. A whole machine's cannot be set in a
// test, and nobody waits for a deadline. The wall clock is ahead, or behind, from the start; SIGUSR2 sets it by the step,
// and lets so much time pass: both clocks go on.
const {SUTRA_TEST_CLOCK_OFFSET_MS = '0', SUTRA_TEST_CLOCK_STEP_MS = '0', SUTRA_TEST_PASS_MS = '0'} = process.env;
const passMs = Number(SUTRA_TEST_PASS_MS);
const ahead = {wallMs: Number(SUTRA_TEST_CLOCK_OFFSET_MS), monotonicMs: 0};
const wall = Date.now;
const monotonic = performance.now.bind(performance);
let moves = 0;
Date.now = () => wall() + ahead.wallMs;
performance.now = () => monotonic() + ahead.monotonicMs;
process.on('SIGUSR2', () => {
  ahead.wallMs += Number(SUTRA_TEST_CLOCK_STEP_MS) + passMs;
  ahead.monotonicMs += passMs;
  moves += 1;
  process.stdout.write(`${JSON.stringify({event: 'clock moved', moves})}\n`);
});
