import type {Plan} from '../../../topology/plan-schema.js';
import type {BenchOption} from './bench-option.js';

/** The plan with every computing service divided as the option says; as it was where the option says nothing. */
export function withInference(plan: Plan, {inference}: Pick<BenchOption, 'inference'>): Plan {
  if (inference === undefined) return plan;
  const {workers, threadsPerWorker} = inference;
  const services = plan.services.map((service) => {
    if (service.workers === 0) return service;
    const env = {...service.env, SUTRA_WORKERS: String(workers), SUTRA_THREADS: String(threadsPerWorker)};
    return {...service, workers, threadsPerWorker, env};
  });
  return {...plan, services};
}
