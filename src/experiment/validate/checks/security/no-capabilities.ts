import type {Check} from '../../check.js';
import {noneOf} from '../../confined.js';

const shown = 4;

export const noCapabilities: Check = {
  phase: 'security',
  id: 'no-capabilities',
  unit: 'instances with some',
  target: () => '= 0',
  run: (stack) =>
    noneOf(stack, {
      good: 'no capability',
      fault({capabilities}) {
        if (capabilities.length === 0) return null;
        const more = capabilities.length > shown ? ` and ${capabilities.length - shown} more` : '';
        return `holds ${capabilities.slice(0, shown).join(', ')}${more}`;
      },
    }),
};
