import type {Check} from '../../check.js';
import {noneOf} from '../../confined.js';

export const nonRoot: Check = {
  phase: 'security',
  id: 'non-root',
  unit: 'instances as root',
  target: () => '= 0',
  run: (stack) =>
    noneOf(stack, {good: 'another user than root', fault: ({uid}) => (uid === 0 ? 'runs as root' : null)}),
};
