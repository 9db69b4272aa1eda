import {runtimeTraits} from '../../../../topology/traits/runtime-traits.js';
import type {Check} from '../../check.js';
import {noneOf} from '../../confined.js';

/** Of containers: a process may gain what its user may. */
export const noNewPrivileges: Check = {
  phase: 'security',
  id: 'no-new-privileges',
  unit: 'instances without',
  target: () => '= 0',
  appliesTo: ({runtime}) => runtimeTraits[runtime].isolates,
  run: (stack) =>
    noneOf(stack, {
      good: 'no program they start can gain privileges',
      fault: ({noNewPrivileges: set}) => (set ? null : 'can gain privileges'),
    }),
};
