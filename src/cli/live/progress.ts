import {Listr, ListrLogger, PRESET_TIMER, ProcessOutput} from 'listr2';
import {oneLine, toTerminal} from '../../printable.js';
import type {Step} from '../../system/step.js';

export interface ProgressOptions {
  /** Where the progress goes: standard error, so that standard output is the result alone. */
  stream: NodeJS.WriteStream;
  /** Redraw in place; else plain lines, for logs. */
  live: boolean;
}

/** A person at a terminal sees what is drawn again in place; a log, or a program that asked for JSON, gets plain lines. */
export function progressOptions(json: boolean, stream: NodeJS.WriteStream = process.stderr): ProgressOptions {
  return {stream, live: stream.isTTY === true && !json && process.env.CI === undefined && process.env.TERM !== 'dumb'};
}

/** Runs the steps in order; the first failure ends the run and is thrown as it is. */
export async function runSteps(asked: Step[], options: ProgressOptions): Promise<void> {
  const steps = asked.map(printed);
  if (options.live) await runLive(steps, options.stream);
  else for (const step of steps) await runPlain(step, options.stream);
}

/** What a step is called and says is one line each, of text. */
function printed({title, run}: Step): Step {
  return {title: line(title), run: (say) => run((text) => say(line(text)))};
}

function line(text: string): string {
  return toTerminal(oneLine(text));
}

async function runLive(steps: Step[], stream: NodeJS.WriteStream): Promise<void> {
  const list = new Listr<unknown, 'default', 'simple'>([], {
    renderer: 'default',
    rendererOptions: {logger: new ListrLogger({processOutput: new ProcessOutput(stream, stream)}), timer: stepTimer},
    registerSignalListeners: false,
  });
  for (const {title, run} of steps) {
    list.add({
      title,
      task: (_, task) =>
        run((text) => {
          task.output = text;
        }),
    });
  }
  await list.run();
}

/** Steps that took a second or more say so. */
const stepTimer = {
  ...PRESET_TIMER,
  condition: (milliseconds: number) => milliseconds >= 1_000,
  field: secondsText,
};

async function runPlain({title, run}: Step, stream: NodeJS.WriteStream): Promise<void> {
  const start = performance.now();
  stream.write(`${title} ...\n`);
  await run((text) => stream.write(`  ${text}\n`));
  stream.write(`${title}: done in ${secondsText(performance.now() - start)}\n`);
}

function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
