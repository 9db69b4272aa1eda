// Loaded before the shard in each of its threads: the wall clock of that process alone is ahead, or behind, by so much.
// SIGUSR2 adds the step. A whole machine's clock cannot be set in a test.
const offset = {ms: Number(process.env.SUTRA_TEST_CLOCK_OFFSET_MS ?? 0)};
const real = Date.now;
Date.now = () => real() + offset.ms;
process.on('SIGUSR2', () => {
  offset.ms += Number(process.env.SUTRA_TEST_CLOCK_STEP_MS ?? 0);
  process.stdout.write(`the clock was moved to ${new Date(Date.now()).toISOString()}\n`);
});
