import {SutraError} from '../../../errors.js';
import type {BodyShape} from './load-job.js';
import {parseRange} from './parse-quantity.js';
import {bodyMaker} from './request-maker.js';

interface BodyFlags {
  workload: string;
  words: string;
  batch: string;
  dimension?: string | undefined;
  body?: string | undefined;
  header?: string[] | undefined;
}

const mostWords = 4_096;
const mostTexts = 256;
const cure = `--body '{"input": {{texts}}}': {{texts}} becomes a list, {{text}} one string, {{dimension}} one of --dimension`;

/** What `--body`, `--words`, `--batch` and `--dimension` make of a request. Throws USAGE. */
export function parseBody(flags: BodyFlags, method: string): BodyShape {
  const dimensions = flags.dimension === undefined ? [] : flags.dimension.split(',').map(parseDimension);
  const bodiless = flags.body === '' || (flags.body === undefined && (method === 'GET' || method === 'HEAD'));
  const ofEmbed = `{"texts":{{texts}},${dimensions.length > 0 ? '"dimension":{{dimension}},' : ''}"truncate":true}`;
  const shape = {
    template: bodiless ? null : (flags.body ?? ofEmbed),
    words: parseRange(flags.words, '--words', {least: 1, most: mostWords}),
    batch: parseRange(flags.batch, '--batch', {least: 1, most: mostTexts}),
    dimensions,
  };
  if (shape.template !== null) checkTemplate({...shape, template: shape.template}, flags);
  return shape;
}

function checkTemplate(shape: BodyShape & {template: string}, flags: BodyFlags): void {
  if (shape.template.includes('{{dimension}}') && shape.dimensions.length === 0) {
    throw new SutraError('USAGE', '--body contains {{dimension}}, but --dimension is not set', {
      cure: '--dimension 256',
    });
  }
  const otherType = (flags.header ?? []).some((line) => /^content-type:/i.test(line) && !/json/i.test(line));
  if (otherType) return;
  const sample = bodyMaker(shape, () => 'a "text"', 1)();
  try {
    JSON.parse(sample);
  } catch (error) {
    throw new SutraError('USAGE', `--body does not produce valid JSON: ${sample.slice(0, 200)}`, {cure, cause: error});
  }
}

function parseDimension(text: string): number {
  const dimension = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (dimension >= 1 && dimension <= 65_536) return dimension;
  throw new SutraError('USAGE', `--dimension ${text}: is not a dimension`, {cure: '--dimension 256, or 128,256'});
}
