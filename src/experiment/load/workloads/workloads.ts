import {hot} from './hot.js';
import {texts} from './texts.js';
import {trace} from './trace.js';
import {uniform} from './uniform.js';
import {unique} from './unique.js';
import type {WorkloadKind} from './workload.js';
import {zipf} from './zipf.js';

/** All that `--workload` knows. */
export const workloads = {uniform, zipf, hot, unique, texts, trace} satisfies Record<string, WorkloadKind>;
