import type {Verdict} from '../../decision/verdict.js';
import {paint} from '../paint.js';

/** The colour a verdict is printed in. */
export const verdictColour = {pass: paint.good, fail: paint.bad, unknown: paint.unsure} satisfies Record<
  Verdict,
  unknown
>;
