import type {Clock} from '../system/system.js';

const sayEveryMs = 1_000;

/** Says, at most once a second, how many vectors are done and at what rate. */
export function vectorProgress(total: number, say: (text: string) => void, clock: Clock): (done: number) => void {
  const startMs = clock.nowMs();
  let lastMs = startMs;
  return (done) => {
    const nowMs = clock.nowMs();
    if (nowMs - lastMs < sayEveryMs) return;
    lastMs = nowMs;
    const rate = Math.round((1_000 * done) / (nowMs - startMs));
    say(`${done.toLocaleString('en')} of ${total.toLocaleString('en')} vectors, ${rate.toLocaleString('en')}/s`);
  };
}
