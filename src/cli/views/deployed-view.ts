import {asTyped} from '../as-typed.js';
import {columns} from '../columns.js';
import {paint} from '../paint.js';
import {type ServiceRow, servicesTable, type Urls, urlLines} from './stack-view.js';

interface Sample {
  text: string;
  dimension: number;
  begins: number[];
  milliseconds: number;
}

/** What a deployment ends with: the services, where they are, one embedding, and what to type next. */
export function deployedLines(
  {services, urls}: {services: ServiceRow[]; urls: Urls},
  {text, dimension, begins, milliseconds}: Sample,
  curl: string,
): string[] {
  const numbers = begins.map((value) => value.toFixed(4)).join(', ');
  return [
    `\n${servicesTable(services, columns())}\n`,
    ...urlLines(urls),
    `\n"${text}"\n  -> [${numbers}, ...] ${dimension} dimensions in ${milliseconds} ms`,
    `\nCheck:   ${paint.strong(asTyped('sutra validate'))}`,
    `Stop:    ${paint.strong(asTyped('sutra stop'))}`,
    `Request: ${curl}`,
  ];
}
