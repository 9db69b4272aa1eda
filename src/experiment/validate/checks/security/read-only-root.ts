import {SutraError} from '../../../../errors.js';
import {runtimeTraits} from '../../../../topology/traits/runtime-traits.js';
import type {Check} from '../../check.js';
import {noneOf} from '../../confined.js';

/** Of containers: a process has the host's root. */
export const readOnlyRoot: Check = {
  phase: 'security',
  id: 'read-only-root',
  unit: 'instances that write',
  target: () => '= 0',
  appliesTo: ({runtime}) => runtimeTraits[runtime].isolates,
  run: (stack) =>
    noneOf(stack, {
      good: 'the root file system is read-only',
      fault({name, readOnlyRoot: set}) {
        if (set === null) throw new SutraError('STATE', `${name}: unknown whether its root file system is read-only`);
        return set ? null : 'can write to its root file system';
      },
    }),
};
