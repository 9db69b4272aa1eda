import {oneLine} from '../../printable.js';
import {paintOf} from '../paint.js';

/** What stands before the lines of an instance: its name, all of one width, each in a colour of its own. */
export function logPrefix(instances: readonly string[]): (instance: string) => string {
  const known = [...instances];
  const width = Math.max(12, ...known.map(({length}) => length));
  return (instance) => {
    if (!known.includes(instance)) known.push(instance);
    return paintOf(known.indexOf(instance))(`${oneLine(instance).padEnd(width)} |`);
  };
}
