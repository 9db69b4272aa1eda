import {balanceBreaks} from './balance-breaks.js';
import type {Break} from './break.js';
import {cacheBreaks} from './cache-breaks.js';
import {securityBreaks} from './security-breaks.js';
import {vectorBreaks} from './vector-breaks.js';

/** Every way in which test/e2e/broken.test.ts breaks its stack. */
export const breaks: Break[] = [...vectorBreaks, ...cacheBreaks, ...balanceBreaks, ...securityBreaks];
