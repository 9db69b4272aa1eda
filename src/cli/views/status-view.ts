import {oneLine} from '../../printable.js';
import {hanging, wrapped} from '../../report/wrap.js';
import {asTyped} from '../as-typed.js';
import {paint} from '../paint.js';
import {degradedLine, type LoadedRow, loadTable, type Urls, urlLines} from './stack-view.js';

/** A stack as it was seen. Of the settings, null is what no file tells. */
export interface SeenStack {
  /** ISO 8601, UTC. */
  at: string;
  project: string | null;
  edition: string | null;
  model: string | null;
  dimension: number | null;
  runtime: string | null;
  urls: Urls | null;
  services: LoadedRow[];
  whole: boolean;
  problems: {what: string; problem: string; hint: string}[];
}

/** A stack in lines of at most `width` characters: what is wrong in one line, the services, where they are, each problem. */
export function statusText(stack: SeenStack, width: number): string {
  const {services, problems, urls} = stack;
  const degraded = degradedLine(services, problems);
  const lines = [
    ...(degraded === null ? [] : [wrapped(degraded, width)]),
    `${wrapped(oneLine(headLine(stack)), width)}\n`,
    `${loadTable(services, width)}\n`,
    ...(urls === null ? [] : urlLines(urls)),
    ...(problems.length === 0 ? [] : [`\n${paint.unsure('Problems:')}`]),
    ...problems.flatMap(({what, problem, hint}) => [
      hanging('  ', oneLine(`${what} ${problem}`), width),
      hanging('    ', oneLine(asTyped(hint)), width),
    ]),
  ];
  return lines.join('\n');
}

/** The same for as long as nothing happens to the stack: without the time, what each service takes and how long it has run. */
export function stateKey({services, at: _, ...rest}: SeenStack): string {
  const states = services.map(({name, url, state, pid, restarts, version}) => [
    name,
    url,
    state,
    pid,
    restarts,
    version,
  ]);
  return JSON.stringify([states, rest]);
}

function headLine({project, edition, model, dimension, runtime}: SeenStack): string {
  if (project === null) return `A stack with unknown settings, runtime ${runtime}`;
  return `${paint.strong(project)}: edition ${edition}, ${model} at ${dimension}, runtime ${runtime}`;
}
