import type {Plan, Service} from './plan-schema.js';
import {roleTraits} from './traits/role-traits.js';

/** The plan with other API keys (their fingerprint), or none: keys are the operator's of today, not an old plan's. */
export function rekeyPlan(plan: Plan, apiKeys: string | null): Plan {
  if (plan.security.apiKeys === apiKeys) return plan;
  const services = plan.services.map((service) => rekeyService(service, apiKeys));
  return {...plan, services, security: {...plan.security, apiKeys}};
}

function rekeyService(service: Service, apiKeys: string | null): Service {
  if (!roleTraits[service.role].servesClients) return service;
  const {SUTRA_API_KEYS: _, ...env} = service.env;
  return {...service, env: apiKeys === null ? env : {...env, SUTRA_API_KEYS: apiKeys}};
}
