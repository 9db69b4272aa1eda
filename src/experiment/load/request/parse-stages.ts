import {SutraError} from '../../../errors.js';
import {parseDuration, parseRate} from './parse-quantity.js';
import type {Stage} from './stages.js';

const example = '--stages 10s:100,20s:500 sends 100, then 500 requests per second; 10s:100-500 ramps from 100 to 500';

/** `10s:100,20s:100-500,5s:0`: how long, and at what rate or from which to which. Throws USAGE. */
export function parseStages(text: string): Stage[] {
  const stages = text.split(',').map(parseStage);
  if (stages.some(({fromPerSecond, toPerSecond}) => fromPerSecond + toPerSecond > 0)) return stages;
  throw new SutraError('USAGE', `--stages ${text}: no stage has a rate above 0`, {cure: example});
}

function parseStage(text: string): Stage {
  const [duration, rates, ...rest] = text.split(':');
  if (duration === undefined || rates === undefined || rest.length > 0) {
    throw new SutraError('USAGE', `--stages: "${text}" is not DURATION:RATE`, {cure: example});
  }
  const [from = '', to = from, ...more] = rates.split('-');
  if (more.length > 0) throw new SutraError('USAGE', `--stages: "${text}" has more than two rates`, {cure: example});
  try {
    return {
      durationMs: parseDuration(duration, '--stages'),
      fromPerSecond: parseRate(from, '--stages', {zero: true}),
      toPerSecond: parseRate(to, '--stages', {zero: true}),
    };
  } catch (error) {
    if (!(error instanceof SutraError)) throw error;
    throw new SutraError('USAGE', `--stages: in "${text}", ${error.message.replace('--stages ', '')}`, {cure: example});
  }
}
