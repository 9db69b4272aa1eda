import type {Service} from '../plan-schema.js';

/** What the rest of the product has to know of a kind of service. Nobody asks for its role by name. */
export interface RoleTraits {
  /** Answers `POST /embed` over HTTP. */
  embeds: boolean;
  /** Answers clients, and asks them for an API key where the stack has keys. */
  servesClients: boolean;
  /** Keeps vectors on a disk, and asks for the secret of the stack. */
  keepsData: boolean;
}

export const roleTraits: Record<Service['role'], RoleTraits> = {
  model: {embeds: true, servesClients: false, keepsData: false},
  cached: {embeds: true, servesClients: true, keepsData: false},
  direct: {embeds: true, servesClients: true, keepsData: false},
  cache: {embeds: false, servesClients: false, keepsData: true},
};
