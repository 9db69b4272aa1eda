import {request} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';

/** What one client saw that asked all the time, each time on a connection of its own. */
export interface SteadyResult<T> {
  asked: number;
  answered: number;
  /** What the unanswered requests met, and how often. */
  failures: Record<string, number>;
  /** Sum of the times from the last answer before a failure to the first answer after it. */
  interruptionMs: number;
  value: T;
}

const pauseMs = 10;
const answerTimeoutMs = 5_000;
/** So often must it be answered in a row before the change begins, and after it has ended. */
const steadyAnswers = 20;
const steadyDeadlineMs = 60_000;

/**
 * Asks `url` for the vector of a text nobody has asked for, again and again, while `change` runs, until answers are
 * steady again. Throws when they never are.
 */
export async function askDuring<T>(url: string, change: () => Promise<T>): Promise<SteadyResult<T>> {
  const seen = {asked: 0, answered: 0, failures: {} as Record<string, number>, interruptionMs: 0};
  const state = {over: false, inARow: 0, lastAnswerMs: performance.now(), failing: false};
  const asking = (async () => {
    while (!state.over) {
      seen.asked += 1;
      const problem = await ask(url, `steady ${seen.asked} of ${process.pid} at ${performance.now()}`);
      const nowMs = performance.now();
      if (problem === null) {
        seen.answered += 1;
        state.inARow += 1;
        if (state.failing) seen.interruptionMs += nowMs - state.lastAnswerMs;
        state.lastAnswerMs = nowMs;
      } else {
        seen.failures[problem] = (seen.failures[problem] ?? 0) + 1;
        state.inARow = 0;
      }
      state.failing = problem !== null;
      await sleep(pauseMs);
    }
  })();
  const steady = async (when: string): Promise<void> => {
    state.inARow = 0;
    const untilMs = performance.now() + steadyDeadlineMs;
    while (state.inARow < steadyAnswers) {
      if (performance.now() > untilMs) throw new Error(`no steady answers ${when}: ${JSON.stringify(seen.failures)}`);
      await sleep(pauseMs);
    }
  };
  try {
    await steady('before the change');
    const value = await change();
    await steady('after the change');
    state.over = true;
    await asking;
    return {...seen, interruptionMs: Math.round(seen.interruptionMs), value};
  } finally {
    state.over = true;
  }
}

/** Null when it was answered with 200, else what came instead. */
function ask(url: string, text: string): Promise<string | null> {
  return new Promise((resolve) => {
    const sent = request(`${url}/embed`, {
      method: 'POST',
      agent: false,
      headers: {'content-type': 'application/json'},
      timeout: answerTimeoutMs,
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.once('response', (reply) => {
      reply.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.once('end', () => {
        const code = /"code":"(\w+)"/.exec(Buffer.concat(chunks).toString())?.[1] ?? '';
        resolve(reply.statusCode === 200 ? null : `status ${reply.statusCode} ${code}`);
      });
    });
    sent.end(JSON.stringify({texts: [text]}));
  });
}
